import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const top = '/sys/fs/cgroup';
/** Above all containers: where containerd puts them when the kubelet names no place. Removed only when nothing is in it. */
const controlGroup = 'k8s.io';

/** A group counts as one process against what runs outside of it, unless it is told to have more: here it holds a dozen. */
const WEIGHT = { 'cpu.shares': 16_384, 'cpu.weight': 1_600 };

export function makeControlGroups() {
  for (const place of places()) {
    const own = path.join(place, controlGroup);
    mkdirSync(own, { recursive: true });
    for (const [name, value] of Object.entries(WEIGHT)) if (existsSync(path.join(own, name))) writeFileSync(path.join(own, name), String(value));
  }
}

/** Control groups outlive the processes in them and belong to no namespace. Only empty ones go. */
export function removeControlGroups() {
  for (const place of places()) {
    const own = path.join(place, controlGroup);
    if (existsSync(own)) removeTree(own);
  }
}

/** The one hierarchy, or one for each controller. */
function places() {
  if (existsSync(path.join(top, 'cgroup.controllers'))) return [top];
  return existsSync(path.join(top, 'cpu')) ? ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'blkio', 'devices', 'freezer', 'systemd'].map((name) => path.join(top, name)).filter((place) => existsSync(place)) : [];
}

function removeTree(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  try {
    rmdirSync(folder);
  } catch {
    // Still in use: not ours to force.
  }
}

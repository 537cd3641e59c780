import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const top = '/sys/fs/cgroup';
/** Above all containers: where containerd puts them when the kubelet names no place. Removed only when nothing is in it. */
const CONTAINERS = 'k8s.io';
const SERVERS = 'latchkey-k8s-real';

/** A group counts as one process against what runs outside of it, unless it is told to have more: here it holds a dozen. */
const WEIGHT = { 'cpu.shares': 8_192, 'cpu.weight': 800 };

export function makeControlGroups() {
  for (const place of places()) weighed(path.join(place, CONTAINERS));
}

/** This process and all that it starts besides containers: the cluster's own servers and the stores. */
export function joinControlGroup() {
  for (const place of places().filter((each) => each === top || each.endsWith('/cpu'))) {
    const own = path.join(place, SERVERS);
    weighed(own);
    writeFileSync(path.join(own, 'cgroup.procs'), '0');
  }
}

function weighed(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, value] of Object.entries(WEIGHT)) if (existsSync(path.join(folder, name))) writeFileSync(path.join(folder, name), String(value));
}

/** Control groups outlive the processes in them and belong to no namespace. Only empty ones go. */
export function removeControlGroups() {
  for (const place of places()) {
    for (const own of [CONTAINERS, SERVERS].map((name) => path.join(place, name))) if (existsSync(own)) removeTree(own);
  }
}

/** The one hierarchy, or one for each controller. */
function places() {
  if (existsSync(path.join(top, 'cgroup.controllers'))) return [top];
  return existsSync(path.join(top, 'cpu')) ? ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'blkio', 'devices', 'freezer', 'systemd', 'unified'].map((name) => path.join(top, name)).filter((place) => existsSync(place)) : [];
}

function removeTree(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  try {
    rmdirSync(folder);
  } catch {
    // Still in use: not ours to force.
  }
}

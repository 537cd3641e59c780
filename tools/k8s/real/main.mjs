import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../prepare/build.mjs';
import { install } from '../../prepare/install.mjs';
import { endRunning, root } from '../../prepare/run.mjs';
import { bad, step } from '../../prepare/say.mjs';
import { Advice, aptInstall, endProcess, guard, isRoot, onPath } from '../../services/processes.mjs';
import { Lifetime } from '../../start/lifetime.mjs';
import { removeControlGroups } from './control-groups.mjs';
import { etcdProgram } from './etcd.mjs';
import { saveImages } from './images.mjs';
import { kubernetesPrograms } from './kubernetes.mjs';

/** Debian packages, each with a program of it. None needs its service to run: we start what we need by ourselves. */
const packages = { containerd: 'containerd', 'containernetworking-plugins': '/usr/lib/cni/ptp', iptables: 'iptables', 'dnsmasq-base': 'dnsmasq', 'nginx-light': 'nginx', iproute2: 'ip' };

export async function main() {
  const lifetime = new Lifetime();
  lifetime.watch();
  lifetime.add('What was running', endRunning);
  try {
    if (process.platform !== 'linux' || !isRoot()) throw new Advice('k8s:real makes network namespaces and runs containers: run it as root, on Linux.');
    await install();
    const missing = Object.keys(packages).filter((name) => !onPath(packages[name]));
    if (missing.length > 0 && !aptInstall(missing, console.log)) throw new Advice(`k8s:real needs ${missing.join(', ')}. On Debian: apt-get install ${missing.join(' ')}`);
    await step('Building', build);
    const programs = await step('Kubernetes', kubernetesPrograms);
    const etcd = await step('etcd', etcdProgram);
    const folder = path.join(root, '.latchkey', 'k8s-real');
    rmSync(path.join(folder, 'run'), { recursive: true, force: true });
    mkdirSync(path.join(folder, 'run'), { recursive: true, mode: 0o711 });
    const images = await step('Images', (log) => saveImages(folder, { keep: process.argv.includes('--keep-image') }, log));
    const code = await inNamespaces({ programs, etcd, images, folder: path.join(folder, 'run') }, lifetime);
    await lifetime.end(code);
  } catch (error) {
    if (lifetime.ending) return;
    console.error(`\n  ${bad('k8s:real failed.')}\n\n${error instanceof Advice ? error.message : error.stack}\n`);
    await lifetime.end(1);
  }
}

/**
 * The cluster has a network, processes, mounts and a name of its own. When the first process of these namespaces ends, the
 * kernel ends all others and takes the rest away.
 */
async function inNamespaces(given, lifetime) {
  const inside = fileURLToPath(new URL('./inside.mjs', import.meta.url));
  // A shell is the first process there, because it takes leave of orphans; node does not.
  const shell = ['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, inside, JSON.stringify(given)];
  const child = spawn('unshare', ['--net', '--pid', '--mount', '--uts', '--ipc', '--fork', '--kill-child=KILL', '--mount-proc', ...shell], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    cwd: root,
  });
  const release = guard(child, 'KILL');
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)).once('error', () => resolve(1)));
  lifetime.add('The cluster', async () => {
    if (child.exitCode === null && child.signalCode === null) await endProcess(child.pid, { first: 'SIGKILL', ms: 10_000 });
    release();
    removeControlGroups();
    if (!process.argv.includes('--keep')) rmSync(given.folder, { recursive: true, force: true });
  });
  return ended;
}

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A fault that the reader can mend: shown without a stack. */
export class Advice extends Error {
  name = 'Advice';
}

/**
 * When this process began, or undefined when there is none: a pid alone may meanwhile be somebody else's.
 * Zombies count as gone.
 */
export function processStamp(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
    } catch (error) {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    }
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return undefined;
  }
  const started = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return started.status === 0 ? started.stdout.trim() : 'unknown';
}

export const alive = (pid) => processStamp(pid) !== undefined;

export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    const found = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return found.status === 0 ? found.stdout.trim() : '';
  }
}

export function parentOf(pid) {
  const found = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  if (found.status === 0) return Number(found.stdout.trim());
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  } catch {
    return undefined;
  }
}

export function childrenOf(pid) {
  const found = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = found.stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

export async function until(condition, { ms, everyMs = 25 }) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) return undefined;
    await pause(everyMs);
  }
}

/** Asks a process to end, and makes it end when it does not. A negative number is a group of processes, as for kill(2). */
export async function endProcess(pid, { first = 'SIGTERM', ms = 10_000, last = 'SIGKILL' } = {}) {
  const gone = () => (pid < 0 ? !exists(pid) : !alive(pid));
  signal(pid, first);
  if (await until(gone, { ms })) return;
  signal(pid, last);
  await until(gone, { ms: 5_000 });
}

/** True also for a zombie, and for a process that is another account's. */
export function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Ends the child when this Node process is gone, however it went: a shell waits at a pipe whose other end only we
 * hold. Without it, `kill -9` of Node would leave servers running. `target` may be the child's whole group.
 */
export function guard(child, name, target = child.pid) {
  if (process.platform === 'win32') return () => {};
  const watcher = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -"$2" "$1" 2>/dev/null', 'latchkey-guard', String(target), name], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  watcher.stdin.unref();
  const release = () => watcher.kill('SIGKILL');
  child.once('exit', release);
  return release;
}

/** An address that this machine does not have (no IPv6) is nobody's, so nobody is in the way. */
export function portIsFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', ({ code }) => resolve(code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function connects(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    const done = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => done(false));
  });
}

export const isRoot = () => process.getuid?.() === 0;

export function onPath(program) {
  const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** Debian packages, only as root and only where apt is. Name none that starts a service. */
export function aptInstall(packages, log) {
  if (!isRoot() || !onPath('apt-get')) return false;
  log(`installing ${packages.join(' ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env, encoding: 'utf8' });
  if (install().status === 0) return true;
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
  const second = install();
  if (second.status !== 0) log(lastLines(`${second.stdout}${second.stderr}`, 8));
  return second.status === 0;
}

export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');

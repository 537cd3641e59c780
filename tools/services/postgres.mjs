import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { postgresHome } from './postgres-home.mjs';
import { postgresPrograms } from './postgres-programs.mjs';
import { Advice, alive, childrenOf, commandOf, endProcess, freePort, guard, lastLines, portIsFree, processStamp, signal, until } from './processes.mjs';

const user = 'latchkey';

/**
 * A real PostgreSQL on 127.0.0.1, whose data stay in `dataDir` (or where `home` of the answer says, see
 * postgres-home.mjs). It ends with this process, whether that stops it, ends, or is killed.
 *
 * @param {{ dataDir: string, log?: (line: string) => void, fresh?: boolean, durable?: boolean, maxConnections?: number }} options
 *   `fresh` throws earlier data away; `durable: false` is for tests only: a power cut would lose data.
 * @returns {Promise<{ url: string, home: string, stop(): Promise<void>, ended: Promise<void>, kill(): Promise<void>, start(): Promise<void>, freeze(): void, thaw(): void }>}
 *   `url` is a superuser's; `ended` resolves when this first server is gone. `kill` and `start` are for tests of a crash: every
 *   process of the server at once, as when a machine dies, and the same data on the same port again; `freeze` and `thaw` for one
 *   that hangs.
 */
export async function startPostgres({ dataDir, log = () => {}, fresh = false, durable = true, maxConnections = 150 }) {
  const home = postgresHome(dataDir);
  claim(home);
  await endLeftover(home, log);
  if (fresh) rmSync(home.cluster, { recursive: true, force: true });
  const programs = postgresPrograms(home);
  const known = existsSync(home.cluster) ? home.read('access.json') : undefined;
  const password = known?.password ?? randomBytes(24).toString('base64url');
  if (!existsSync(home.cluster)) await createCluster(home, programs, password, log);
  checkVersion(home, programs);
  if (!known) await runAlone(home, programs, `ALTER ROLE ${user} PASSWORD '${password}'`);
  const port = known && (await portIsFree(known.port)) ? known.port : await freePort();
  home.write('access.json', { port, password });

  log('starting PostgreSQL');
  let server;
  const start = async () => {
    server = launch(home, programs, { port, durable, maxConnections });
    await ready(server, home);
  };
  await start();
  return {
    url: `postgres://${user}:${password}@127.0.0.1:${port}/${user}`,
    home: home.folder,
    ended: server.ended,
    stop: () => stop(server, home),
    kill: () => crash(server),
    freeze: () => signalAll(server, 'SIGSTOP'),
    thaw: () => signalAll(server, 'SIGCONT'),
    start,
  };
}

/** Two processes on the same data would each stop the other's server. */
function claim(home) {
  const holder = home.read('holder.json');
  if (holder && holder.pid !== process.pid && processStamp(holder.pid) === holder.stamp) {
    throw new Advice(
      `Another Latchkey (process ${holder.pid}) is using the data in ${home.folder}.\n` +
        'Stop it first, or set DATABASE_URL to give this one a database of its own.',
    );
  }
  home.write('holder.json', { pid: process.pid, stamp: processStamp(process.pid) });
}

/** A server that outlived its Node process (kill -9 of both it and its guard), or a note of one that is gone. */
async function endLeftover(home, log) {
  const note = path.join(home.cluster, 'postmaster.pid');
  const pid = noted(home)?.pid;
  if (pid === undefined) return;
  if (alive(pid) && commandOf(pid).includes(home.cluster)) {
    log('ending the PostgreSQL of an earlier run');
    await endProcess(pid, { first: 'SIGINT', ms: 20_000, last: 'SIGQUIT' });
  }
  // Left by a crash; the pid may meanwhile be another program's, which PostgreSQL would take for a running server.
  rmSync(note, { force: true });
}

/** @see PostgreSQL src/include/utils/pidfile.h: pid, data folder, start time, port, socket folder, address, shared memory, state. */
function noted(home) {
  try {
    const lines = readFileSync(path.join(home.cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), state: lines[7]?.trim() };
  } catch {
    return undefined;
  }
}

/** Made under another name and renamed when whole: a start that is killed here begins again. */
async function createCluster(home, { initdb, postgres }, password, log) {
  log('creating the database (first start)');
  const unfinished = home.path('cluster.new');
  const passwordFile = home.path('password.new');
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  if (home.account) {
    // initdb makes no folder in ours; it takes an empty one of its own.
    mkdirSync(unfinished, { mode: 0o700 });
    home.give(unfinished);
  }
  writeFileSync(passwordFile, password, { mode: 0o600 });
  home.give(passwordFile);
  const made = await finished(
    initdb,
    ['-D', unfinished, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'],
    home.spawnOptions,
  );
  rmSync(passwordFile, { force: true });
  if (made.code !== 0) {
    if (made.said.includes('could not look up effective user ID')) {
      throw new Advice(`PostgreSQL runs only as an account that has a name, and uid ${process.getuid()} has none (a container run with --user?).\nGive it a line in /etc/passwd, or set DATABASE_URL to a server of your own.`);
    }
    throw new Advice(`PostgreSQL could not create its data in ${home.folder}:\n${lastLines(made.said, 5)}\nFree space or rights there, or set DATABASE_URL.`);
  }
  await runAlone(home, { postgres }, `CREATE DATABASE ${user}`, unfinished);
  renameSync(unfinished, home.cluster);
}

/** One statement without a server (and so without a password). */
async function runAlone(home, { postgres }, statement, cluster = home.cluster) {
  const ran = await finished(postgres, ['--single', '-D', cluster, '-c', 'exit_on_error=on', 'postgres'], home.spawnOptions, `${statement}\n`);
  if (ran.code !== 0) throw new Advice(`PostgreSQL could not open its data in ${cluster}:\n${lastLines(ran.said, 5)}`);
}

/** Not spawnSync: what starts beside us goes on meanwhile. */
function finished(program, args, options, input = '') {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: 'pipe' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
    child.once('error', (error) => resolve({ code: -1, said: error.message }));
    child.once('close', (code) => resolve({ code, said }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function checkVersion(home, { major }) {
  const data = readFileSync(path.join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  if (data !== major) {
    throw new Advice(
      `The data in ${home.folder} were written by PostgreSQL ${data}; this Latchkey brings ${major}.\n` +
        'Dump them with the earlier Latchkey and load them here, or move that folder away to begin with new data.',
    );
  }
}

function launch(home, { postgres }, { port, durable, maxConnections }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    // A socket's path may not pass 107 bytes; a clone's path may.
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    synchronous_commit: durable ? 'on' : 'off',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
  };
  if (existsSync(home.log) && statSync(home.log).size > 10_000_000) rmSync(home.log);
  const log = openSync(home.log, 'a', 0o600);
  home.own(home.log, statSync(home.folder));
  // Its own session: Ctrl-C goes to us alone, and we stop it after what uses it.
  const child = spawn(postgres, ['-D', home.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
    ...home.spawnOptions,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const release = guard(child, 'INT');
  const atExit = () => signal(child.pid, 'SIGINT');
  process.once('exit', atExit);
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', () => {
      process.removeListener('exit', atExit);
      resolve();
    });
  });
  return { child, ended, release, failed: () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null };
}

async function ready(server, home) {
  // Recovery after a crash may take a while; a failure ends the process and shows at once.
  const state = await until(
    () => {
      if (server.failed()) return 'failed';
      const note = noted(home);
      return note?.pid === server.child.pid && note.state === 'ready' ? 'ready' : undefined;
    },
    { ms: 120_000 },
  );
  if (state === 'ready') return;
  if (!server.failed()) await stop(server, home);
  const log = existsSync(home.log) ? readFileSync(home.log, 'utf8') : '';
  throw new Advice(`PostgreSQL did not start. The end of ${home.log}:\n${lastLines(log, 8)}\nOr set DATABASE_URL to a server of your own.`);
}

async function stop(server, home) {
  if (!server.failed()) {
    // Fast shutdown: open transactions are rolled back, all that was committed is on disk.
    signal(server.child.pid, 'SIGINT');
    const ended = await Promise.race([server.ended.then(() => true), until(server.failed, { ms: 15_000 })]);
    if (!ended) signal(server.child.pid, 'SIGQUIT');
    await server.ended;
  }
  server.release();
  rmSync(home.path('holder.json'), { force: true });
}

function signalAll({ child }, name) {
  for (const pid of [child.pid, ...childrenOf(child.pid)]) signal(pid, name);
}

/** Backends outlive their postmaster for a moment, and some of them could still answer. */
async function crash({ child, failed, release }) {
  const all = [child.pid, ...childrenOf(child.pid)];
  for (const pid of all) signal(pid, 'SIGKILL');
  await until(() => failed() && !all.some(alive), { ms: 10_000, everyMs: 5 });
  release();
}

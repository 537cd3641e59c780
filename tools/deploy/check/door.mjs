import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rooms } from '../../docs/rooms.mjs';
import { root } from '../../prepare/run.mjs';
import { Advice, connects, endProcess, freePort, guard, lastLines, until } from '../../services/processes.mjs';
import { findNginx } from '../../services/nginx.mjs';

const source = path.join(root, 'deploy', 'nginx');
const DEFAULT_ROOM = 'cas';
const HOST = 'latchkey.localhost:8080';

/** Runs nginx with deploy/nginx in front of rooms that say who they are, and asks it for every path of every room. */
export async function doorFaults(log) {
  const nginx = process.env.LATCHKEY_TEST_NGINX ?? findNginx(log);
  const open = (await rooms()).filter(({ paths }) => paths.length > 0);
  const names = open.map(({ room }) => room);
  const standIns = await Promise.all(names.map(standIn));
  const door = await openDoor(nginx, Object.fromEntries(standIns.map(({ room, port }) => [room, port])));
  try {
    return [...places(names), ...(await routes(door, open)), ...(await closed(door)), ...(await handedOn(door)), ...(await away(door, standIns))];
  } finally {
    await door.close();
    for (const { close } of standIns) close();
  }
}

/** Where the rooms are is said for each of them, in both files. */
function places(names) {
  return ['rooms.conf', 'rooms.host.conf'].flatMap((file) => {
    const [, map] = /map \$room \$address \{([^}]*)\}/.exec(readFileSync(path.join(source, file), 'utf8')) ?? [];
    const said = [...(map ?? '').matchAll(/^\s*([\w-]+)\s/gm)].map(([, room]) => room);
    return said.sort().join() === [...names].sort().join() ? [] : [`deploy/nginx/${file} says where ${said.join(', ')} are; with public paths there are ${names.join(', ')}`];
  });
}

async function routes(door, open) {
  const wanted = open.flatMap(({ room, paths }) =>
    paths.flatMap((each) => [
      [each, room],
      [`${each}/`, room],
      [`${each}/a/b?ticket=secret`, room],
      [`${each}x`, DEFAULT_ROOM],
    ]),
  );
  return asked(door, [...wanted, ['/', DEFAULT_ROOM], ['/nothing', DEFAULT_ROOM]], ({ room }) => room);
}

const closed = (door) =>
  asked(
    door,
    ['/internal', '/internal/sessions', '/metrics', '/metrics/', '/health/live', '/health/ready', '/cas/../internal/x', '/%69nternal/x', '//internal/x'].map((each) => [each, 404]),
    ({ room, status }) => (room === undefined ? status : room),
  );

async function asked(door, wanted, what) {
  const faults = [];
  for (const [target, expected] of wanted) {
    const found = what(await door.ask(target));
    if (found !== expected) faults.push(`deploy/nginx: ${target} leads to ${found}, not to ${expected}`);
  }
  return faults;
}

/** What a room has to see as it was sent, what nobody may say of themselves, and what must not be written down. */
async function handedOn(door) {
  const forwarded = await door.ask('/cas/a%2Fb?service=x%20y', { headers: { 'x-forwarded-for': '203.0.113.6', 'x-forwarded-proto': 'https' } });
  const form = await door.ask('/oauth2/token', { method: 'POST', body: 'x'.repeat(1024 * 1024) });
  const large = await door.ask('/oauth2/token', { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024) });
  const checks = [
    ['the path and query reach a room as they were sent', forwarded.url === '/cas/a%2Fb?service=x%20y'],
    ['the name that was asked for reaches a room, with its port', forwarded.headers.host === HOST],
    ['nobody chooses their own X-Forwarded-For', forwarded.headers['x-forwarded-for'] === '127.0.0.1'],
    ['nobody chooses their own X-Forwarded-Proto', forwarded.headers['x-forwarded-proto'] === 'http'],
    ['a body of 1 MiB reaches a room, which refuses it in words', form.room === 'token-issuer'],
    ['a body of 3 MiB reaches no room', large.status === 413],
    ['the log holds the path', door.log().includes('"path":"/cas/a/b"')],
    ['the log holds no query: there are tickets and codes in it', !door.log().includes('secret') && !door.log().includes('service')],
  ];
  return checks.filter(([, holds]) => !holds).map(([rule]) => `deploy/nginx: ${rule}: no`);
}

async function away(door, standIns) {
  const gone = standIns.find(({ room }) => room === 'consent');
  await gone.close();
  const answer = await door.ask('/consent');
  const said = answer.status === 503 && answer.answerHeaders['retry-after'] === '2' && answer.answerHeaders['cache-control'] === 'no-store';
  return said ? [] : [`deploy/nginx: a room that is away is not a 503 that says when to try again, but ${answer.status}`];
}

function standIn(room) {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(JSON.stringify({ room, url: request.url, headers: request.headers })));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ room, port: server.address().port, close: () => new Promise((done) => server.close(done).closeAllConnections()) }));
  });
}

/** The files as they are, but for the ports, the addresses of the rooms and the folder of what is written. */
async function openDoor(nginx, ports) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-door-'));
  chmodSync(folder, 0o711);
  const [port, health] = [await freePort(), await freePort()];
  const log = path.join(folder, 'access.log');
  for (const file of readdirSync(source)) {
    const text = readFileSync(path.join(source, file), 'utf8');
    writeFileSync(path.join(folder, file), text.replaceAll('/tmp/', `${folder}/`).replace('127.0.0.1:8079', `127.0.0.1:${health}`).replace('/dev/stdout', log));
  }
  writeFileSync(path.join(folder, 'listen.conf'), `listen 127.0.0.1:${port};\n`);
  writeFileSync(path.join(folder, 'rooms.conf'), `map $room $address {\n${Object.entries(ports).map(([room, each]) => `  ${room} 127.0.0.1:${each};\n`).join('')}}\n`);
  // Its workers become nobody, who may not write where root's tests do.
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', 'stderr', ...(process.getuid?.() === 0 ? ['-g', 'user root;'] : [])];
  const tested = spawnSync(nginx, ['-t', ...args], { encoding: 'utf8' });
  if (tested.status !== 0) throw new Advice(`nginx refuses deploy/nginx:\n${lastLines(tested.stderr, 5)}`);
  const child = spawn(nginx, args, { stdio: 'ignore', detached: true });
  const release = guard(child, 'TERM');
  const close = async () => {
    await endProcess(child.pid, { ms: 5_000 });
    release();
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await until(() => connects(port), { ms: 10_000 }))) {
    await close();
    throw new Advice('nginx takes deploy/nginx and does not listen.');
  }
  return { ask: (target, options) => ask(port, target, options), log: () => readFileSync(log, 'utf8'), close };
}

function ask(port, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: target, method, agent: false, headers: { host: HOST, ...headers } }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, answerHeaders: response.headers, ...(text.startsWith('{') ? JSON.parse(text) : {}) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

// CPU of the asking side for one ask between rooms, by the clients that could carry it. Both sides run here; 127.0.0.1 only.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request as nodeRequest } from 'node:http';
import { Pool, fetch as undiciFetch } from 'undici';

const ASKS = 20_000;
const LOOPS = 16;
const ROUNDS = 3;
const BODY = JSON.stringify({ tenant: 'main', sid: 'x'.repeat(24), filler: 'y'.repeat(300) });
const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${'t'.repeat(300)}`, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

if (process.argv[2] === 'answer') answer();
else await measure();

function answer() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(BODY);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.once('disconnect', () => process.exit());
}

async function measure() {
  const child = fork(new URL(import.meta.url), ['answer']);
  const [port] = await once(child, 'message');
  const origin = `http://127.0.0.1:${port}`;
  const clients = { 'node:http Agent': byNode(origin), 'undici request': byRequest(origin), 'undici dispatch': byDispatch(origin), 'undici fetch': byFetch(origin) };
  const best = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, ask] of Object.entries(clients)) {
      const before = process.cpuUsage();
      let left = ASKS;
      await Promise.all(
        Array.from({ length: LOOPS }, async () => {
          while (left-- > 0) if ((await ask()).length !== BODY.length) throw new Error(`${name}: another answer`);
        }),
      );
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) best[name] = Math.min(best[name] ?? Infinity, (user + system) / ASKS);
    }
  }
  for (const [name, us] of Object.entries(best)) console.log(`${name.padEnd(18)} ${us.toFixed(0).padStart(4)} µs of CPU an ask`);
  child.disconnect();
  process.exit();
}

function byNode(origin) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const length = Buffer.byteLength(BODY).toString();
  return () =>
    new Promise((resolve, reject) => {
      const request = nodeRequest(`${origin}/internal/cas/read`, { method: 'POST', agent, headers: { ...HEADERS, 'content-length': length } }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      });
      request.on('error', reject);
      request.end(BODY);
    });
}

function byRequest(origin) {
  const pool = new Pool(origin, { connections: 64 });
  return async () => (await pool.request({ path: '/internal/cas/read', method: 'POST', headers: HEADERS, body: BODY })).body.text();
}

function byDispatch(origin) {
  const pool = new Pool(origin, { connections: 64 });
  return () =>
    new Promise((resolve, reject) => {
      const chunks = [];
      pool.dispatch(
        { path: '/internal/cas/read', method: 'POST', headers: HEADERS, body: BODY },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => resolve(Buffer.concat(chunks).toString()),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
}

function byFetch(origin) {
  return async () => (await undiciFetch(`${origin}/internal/cas/read`, { method: 'POST', headers: HEADERS, body: BODY })).text();
}

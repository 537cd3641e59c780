import { randomInt } from 'node:crypto';
import http from 'node:http';
import { DEFAULT_ROOM } from './front.mjs';

const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What nginx does where it is not installed: by path to a replica at random, and to another where nobody listens. */
export async function nodeFront({ port, routes }) {
  const roomOf = (path) => routes.find(({ paths }) => paths.some((each) => path === each || path.startsWith(`${each}/`))) ?? routes.find(({ room }) => room === DEFAULT_ROOM);
  const server = http.createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    const { ports } = roomOf(request.url.split('?', 1)[0]);
    const first = randomInt(ports.length);
    const order = ports.map((_, index) => ports[(first + index) % ports.length]);
    const body = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => forward(request, response, order, Buffer.concat(body)));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    gone: () => false,
    fault: () => '',
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function forward(request, response, [port, ...others], body) {
  const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress.replace(/^::ffff:/, ''), 'x-forwarded-proto': 'http', connection: 'close' };
  const outgoing = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url, headers, agent: false, timeout: 20_000 }, (answer) => {
    const { connection: _ours, ...rest } = answer.headers;
    response.writeHead(answer.statusCode, rest);
    answer.pipe(response);
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
  outgoing.on('error', (error) => {
    if (response.headersSent) return response.destroy();
    if (others.length > 0 && (error.code === 'ECONNREFUSED' || HARMLESS.has(request.method))) return forward(request, response, others, body);
    response.writeHead(502, { 'content-type': 'text/plain' }).end('Nobody answered.\n');
  });
  outgoing.end(body);
}

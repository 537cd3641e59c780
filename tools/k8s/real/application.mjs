import http from 'node:http';
import { NODE } from './network.mjs';

/** An application that is told about logouts; it counts them by ticket. */
export function startApplication() {
  const told = new Map();
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const ticket = /<samlp:SessionIndex>([^<]+)</.exec(new URLSearchParams(body).get('logoutRequest') ?? '')?.[1];
      if (ticket) told.set(ticket, (told.get(ticket) ?? 0) + 1);
      response.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, NODE, () => resolve({ url: `http://${NODE}:${server.address().port}`, told }));
  });
}

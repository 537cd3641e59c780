import { createServer } from 'node:http';

/**
 * A CAS service and an OpenID Connect client as a logout sees them. What each was told is the record that promises are held
 * against: `told` maps a ticket, or a session id, to the instants at which it was told.
 */
export async function startApplications() {
  const told = { tickets: new Map(), sessions: new Map() };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      hear(told, request.url, new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(200).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;
  return {
    url: `http://${host}`,
    host,
    told,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function hear(told, path, form) {
  if (path === '/shop') note(told.tickets, /<samlp:SessionIndex>([^<]+)</.exec(form.get('logoutRequest') ?? '')?.[1]);
  if (path === '/backchannel') note(told.sessions, claims(form.get('logout_token') ?? '').sid);
}

function note(map, key) {
  if (key === undefined) throw new Error('a logout that names nothing');
  map.set(key, [...(map.get(key) ?? []), performance.now()]);
}

export function claims(jwt) {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8') || '{}');
}

import { Advice, connects, onPath, until } from '../services/processes.mjs';
import { nginxFront } from './front-nginx.mjs';
import { nodeFront } from './front-node.mjs';

/** Which room has which paths; what nobody has is the room's of sign-in, which says so. Held against the rooms by a test. */
export const ROUTES = [
  { room: 'cas', paths: ['/cas', '/account', '/forward-auth', '/.latchkey'] },
  { room: 'token-issuer', paths: ['/oauth2', '/.well-known'] },
  { room: 'consent', paths: ['/consent'] },
  { room: 'management', paths: ['/admin'] },
];
export const DEFAULT_ROOM = 'cas';

/** The one public door: nginx where it is installed, otherwise a small one of ours. */
export async function startFront({ kind, folder, port, replicas }) {
  const ports = (room) => replicas.filter((each) => each.room === room).map((each) => each.port);
  const routes = ROUTES.map(({ room, paths }) => ({ room, paths, ports: ports(room) }));
  const nginx = process.env.LATCHKEY_TEST_NGINX ?? onPath('nginx') ?? onPath('/usr/sbin/nginx');
  const front = (kind ?? (nginx ? 'nginx' : 'node')) === 'nginx' ? nginxFront({ nginx, folder, port, routes }) : nodeFront({ port, routes });
  const { stop, gone, fault } = await front;
  if (await until(async () => gone() || (await connects(port)), { ms: 10_000 })) {
    if (!gone()) return { stop };
  }
  await stop();
  throw new Advice(`The front did not start on port ${port}.\n${fault()}`);
}

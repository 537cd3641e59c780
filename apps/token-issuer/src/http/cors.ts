import type { ClientEntry } from '@latchkey/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clients } from '../clients/clients.ts';

/** Anybody may read what is public. @see security.md 4.4: CORS `*` for discovery and JWKS alone */
export function openToAll(reply: FastifyReply, maxAgeSeconds: number): FastifyReply {
  return reply
    .header('access-control-allow-origin', '*')
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('cache-control', `public, max-age=${maxAgeSeconds}`);
}

/**
 * Only origins registered for the client may read an answer, and never with cookies. While the client is not known yet, those of
 * any client may: somebody has to read why it is not.
 */
export function openToClient(request: FastifyRequest, reply: FastifyReply, clients: Clients, client?: ClientEntry): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin === undefined || !clients.isOriginOf(origin, client)) {
    reply.removeHeader('access-control-allow-origin').removeHeader('cross-origin-resource-policy');
    return;
  }
  reply.header('access-control-allow-origin', origin).header('cross-origin-resource-policy', 'cross-origin');
}

export function answerPreflight(request: FastifyRequest, reply: FastifyReply, clients: Clients): FastifyReply {
  openToClient(request, reply, clients);
  return reply
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-allow-headers', 'Authorization, Content-Type')
    .header('access-control-max-age', '600')
    .status(204)
    .send();
}

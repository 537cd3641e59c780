import type { ServiceEntry } from '@latchkey/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { takesBasic } from '../sign-in/basic-sign-in.ts';

/**
 * 401 with what can be tried. Scripts of a page are not told of Basic: the browser would ask for the password in a window of its own.
 * @see RFC 6750 §3, RFC 7617 §2.1
 */
export function challenge(request: FastifyRequest, reply: FastifyReply, service: ServiceEntry, failed?: 'basic' | 'bearer'): FastifyReply {
  const realm = `realm="${service.id}"`;
  const error = failed === 'bearer' ? ', error="invalid_token", error_description="The access token is unknown, expired, revoked or not for this host"' : '';
  const schemes = [`Bearer ${realm}${error}`];
  const ofPage = request.headers['sec-fetch-mode'] !== undefined || request.headers['x-requested-with'] !== undefined;
  if (takesBasic(service) && !ofPage) schemes.push(`Basic ${realm}, charset="UTF-8"`);
  return reply.status(401).header('www-authenticate', schemes);
}

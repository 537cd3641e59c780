import { randomBytes } from 'node:crypto';
import type { PageContext } from '@latchkey/pages';
import type { FastifyReply } from 'fastify';
import { contentSecurityPolicy } from './security-headers.ts';

export interface PageOptions {
  /** Origins that a form of this page may lead to, each the origin of a registered address. */
  readonly formAction?: readonly string[];
  /** Origins to which frames of this page are sent on, each the origin of a registered address. */
  readonly frameSource?: readonly string[];
}

export function sendPage(
  reply: FastifyReply,
  status: number,
  page: (context: PageContext) => string,
  options: PageOptions = {},
): FastifyReply {
  const nonce = randomBytes(16).toString('base64url');
  return reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy(nonce, options.formAction ?? [], options.frameSource ?? []))
    .header('x-frame-options', 'DENY')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', PERMISSIONS)
    .send(page({ nonce }));
}

const PERMISSIONS =
  'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), ' +
  'publickey-credentials-get=(self), publickey-credentials-create=(self)';

/** Always 303: a 307 would post the password on to the application. @see RFC 9700 §4.12 */
export function redirect(reply: FastifyReply, url: string): FastifyReply {
  return reply.status(303).header('location', url).send();
}

import type { FastifyInstance } from 'fastify';
import type { HttpSettings } from './settings.ts';

/** Two years. @see RFC 6797 §6.1 */
export const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/**
 * Proxies hand answers of these on as answers of a host that they protect. What browsers are to remember of that host is not for
 * us to say.
 */
export const FOR_ANOTHER_HOST = /^\/(?:forward-auth|\.latchkey)(?:[/?]|$)/;

/** Headers of every answer. A route that may be cached or read across origins sets its own before. @see security.md 4.4 */
export function securityHeaders(fastify: FastifyInstance, http: HttpSettings): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const defaults: Record<string, string> = {
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      // For caches of HTTP/1.0. @see CAS Protocol 3.0 Appendix B
      ...(reply.hasHeader('cache-control') ? {} : { pragma: 'no-cache', expires: '0' }),
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      ...(http.secure && !FOR_ANOTHER_HOST.test(request.url) ? { 'strict-transport-security': STRICT_TRANSPORT } : {}),
    };
    for (const [name, value] of Object.entries(defaults)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    return payload;
  });
}

/**
 * `form-action` is applied by some browsers to the redirect that follows a form post, so a page whose post leads to an
 * application names that one validated origin.
 */
export function contentSecurityPolicy(nonce: string, formAction: readonly string[], frameSource: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    ...(frameSource.length === 0 ? [] : [`frame-src ${["'self'", ...frameSource].join(' ')}`]),
    `form-action ${["'self'", ...formAction].join(' ')}`,
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

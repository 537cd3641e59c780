import { createMiddleware } from 'hono/factory';

/** Forms may end at Latchkey, since signing out redirects there and browsers check the whole chain. */
export const pageHeaders = (latchkeyUrl: string) =>
  createMiddleware(async (c, next) => {
    await next();
    c.header(
      'content-security-policy',
      `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(latchkeyUrl).origin}; base-uri 'none'; frame-ancestors 'none'`,
    );
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cache-control', 'no-store');
  });

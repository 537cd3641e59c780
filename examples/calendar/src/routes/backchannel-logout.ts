import { Hono } from 'hono';
import { BadLogoutToken, type LogoutTokens } from '../logout-tokens.ts';
import { type Sessions } from '../sessions.ts';

/** 200: done. 400: never. 503: send it again. @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8 */
export function backchannelLogoutRoute(tokens: LogoutTokens, sessions: Sessions): Hono {
  const app = new Hono();
  app.post('/backchannel-logout', async (c) => {
    c.header('cache-control', 'no-store');
    const token = (await c.req.parseBody())['logout_token'];
    if (typeof token !== 'string') return c.json({ error: 'invalid_request', error_description: 'logout_token is missing' }, 400);
    try {
      sessions.endNamed(await tokens.read(token));
      return c.body(null, 200);
    } catch (error) {
      if (error instanceof BadLogoutToken) return c.json({ error: 'invalid_request', error_description: error.message }, 400);
      return c.json({ error: 'temporarily_unavailable' }, 503, { 'retry-after': '2' });
    }
  });
  return app;
}

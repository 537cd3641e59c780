import { Hono, type Context } from 'hono';
import { type AccessTokens, type Refusal } from '../access-tokens.ts';
import { SHOW } from '../season.ts';
import { type Seats } from '../seats.ts';

const SCOPE = 'orders:read';

interface Parts {
  tokens: AccessTokens;
  seats: Seats;
  url: string;
  latchkeyUrl: string;
}

export function apiRoutes({ tokens, seats, url, latchkeyUrl }: Parts): Hono {
  const app = new Hono();

  /** @see RFC 9728 §3 */
  app.get('/.well-known/oauth-protected-resource/api', (c) =>
    c.json({
      resource: `${url}/api`,
      authorization_servers: [latchkeyUrl],
      scopes_supported: [SCOPE],
      bearer_methods_supported: ['header'],
      resource_name: 'Box Office',
    }),
  );

  app.get('/api/orders', async (c) => {
    c.header('cache-control', 'no-store');
    const checked = await tokens.check(c.req.header('authorization'), SCOPE);
    if (!checked.ok) return refuse(c, checked.refusal, `${url}/.well-known/oauth-protected-resource/api`);
    const orders = await seats.ordersOf(checked.subject);
    return c.json({
      orders: orders.map((order) => ({
        id: order.id,
        show: SHOW.title,
        venue: SHOW.venue,
        startsAt: order.startsAt.toISOString(),
        timeZone: SHOW.timeZone,
        block: order.block,
        seats: order.seats,
        url: `${url}/tickets`,
      })),
    });
  });
  return app;
}

/** A request without credentials is told how to get some, and no error code. @see RFC 6750 §3.1 */
function refuse(c: Context, refusal: Refusal, metadata: string): Response {
  const challenge = `Bearer realm="Box Office", scope="${SCOPE}", resource_metadata="${metadata}"`;
  if (refusal === 'unavailable') return c.json({ error: 'temporarily_unavailable' }, 503, { 'retry-after': '2' });
  if (refusal === 'missing') return c.json({ error: 'unauthorized' }, 401, { 'www-authenticate': challenge });
  const status = { invalid_request: 400, invalid_token: 401, insufficient_scope: 403 } as const;
  return c.json({ error: refusal }, status[refusal], { 'www-authenticate': `${challenge}, error="${refusal}"` });
}

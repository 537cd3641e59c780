import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { AccessTokens } from './access-tokens.ts';
import { CasClient } from './cas-client.ts';
import { openDatabase } from './database.ts';
import { listen, stop } from './listen.ts';
import { messagePage } from './pages/message-page.ts';
import { pageHeaders } from './page-headers.ts';
import { apiRoutes } from './routes/api.ts';
import { bookingRoutes } from './routes/booking.ts';
import { plainRoutes } from './routes/plain.ts';
import { signInRoutes, singleLogoutRoute } from './routes/sign-in.ts';
import { openSeason } from './season.ts';
import { Seats } from './seats.ts';
import { Sessions } from './sessions.ts';
import { withoutSlash, type BoxOfficeOptions } from './settings.ts';

export interface Running {
  url: string;
  close(): Promise<void>;
}

export async function startBoxOffice(options: BoxOfficeOptions): Promise<Running> {
  const now = options.now ?? Date.now;
  const log = options.log ?? console.error;
  const holdMs = options.holdMs ?? 5 * 60_000;
  const pool = await openDatabase(options.databaseUrl, log);
  await openSeason(pool, now());
  const season = setInterval(() => void openSeason(pool, now()).catch((error: Error) => log(error.message)), 6 * 3600_000);

  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch });
  const address = await listen(server, options.host, options.port);
  const url = withoutSlash(options.publicUrl ?? address);
  const latchkeyUrl = withoutSlash(options.latchkeyUrl);

  const cas = new CasClient(latchkeyUrl, `${url}/`);
  const sessions = new Sessions(pool, now);
  const seats = new Seats(pool, now, holdMs);
  const tokens = new AccessTokens({ issuer: latchkeyUrl, audience: `${url}/api` });

  app.route('/', plainRoutes(pool));
  app.route('/', apiRoutes({ tokens, seats, url, latchkeyUrl }));
  app.use(bodyLimit({ maxSize: 64 * 1024 }));
  app.use(pageHeaders(latchkeyUrl));
  // Latchkey itself posts here, without an Origin, so this route stands before the check of where a form comes from.
  app.route('/', singleLogoutRoute(sessions));
  // SameSite is not enough: another port of the same host is the same site.
  app.use(csrf({ origin: new URL(url).origin }));
  app.route('/', signInRoutes({ cas, sessions, seats, secure: url.startsWith('https:') }));
  app.route('/', bookingRoutes({ sessions, seats, now, holdMs }));

  app.notFound((c) => c.html(messagePage({ title: 'Nothing is playing here', text: 'This page does not exist.' }), 404));
  app.onError((error, c) => {
    if ('getResponse' in error && typeof error.getResponse === 'function') return error.getResponse() as Response;
    log(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.html(
      messagePage({ title: 'The curtain is stuck', text: 'Something went wrong on our side, and nothing was sold. Please try again.' }),
      500,
    );
  });

  return {
    url,
    async close() {
      clearInterval(season);
      await stop(server);
      await pool.end();
    },
  };
}

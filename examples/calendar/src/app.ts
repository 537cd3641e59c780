import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { BoxOffice } from './box-office.ts';
import { Latchkey } from './latchkey.ts';
import { listen, stop } from './listen.ts';
import { LogoutTokens } from './logout-tokens.ts';
import { pageHeaders } from './page-headers.ts';
import { messagePage } from './pages/message-page.ts';
import { backchannelLogoutRoute } from './routes/backchannel-logout.ts';
import { monthRoutes } from './routes/month.ts';
import { plainRoutes } from './routes/plain.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { Sessions } from './sessions.ts';
import { withoutSlash, type CalendarOptions } from './settings.ts';

export interface Running {
  url: string;
  close(): Promise<void>;
}

export async function startCalendar(options: CalendarOptions): Promise<Running> {
  const now = options.now ?? Date.now;
  const log = options.log ?? console.error;

  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch });
  const address = await listen(server, options.host, options.port);
  const url = withoutSlash(options.publicUrl ?? address);
  const issuer = withoutSlash(options.latchkeyUrl);
  const boxOfficeUrl = withoutSlash(options.boxOfficeUrl);

  const latchkey = new Latchkey({ ...options, issuer, url, resource: `${boxOfficeUrl}/api` });
  const sessions = new Sessions(now);
  const boxOffice = new BoxOffice(`${boxOfficeUrl}/api`, latchkey, now);
  const logoutTokens = new LogoutTokens({ issuer, clientId: options.clientId, keys: () => latchkey.keys(), now });
  const secure = url.startsWith('https:');

  app.route('/', plainRoutes());
  app.use(bodyLimit({ maxSize: 64 * 1024 }));
  // Latchkey itself posts here, without an Origin, so this route stands before the check of where a form comes from.
  app.route('/', backchannelLogoutRoute(logoutTokens, sessions));
  app.use(pageHeaders(issuer));
  // SameSite is not enough: another port of the same host is the same site.
  app.use(csrf({ origin: new URL(url).origin }));
  app.route('/', signInRoutes({ latchkey, sessions, now, url, secure, log }));
  app.route('/', monthRoutes({ sessions, boxOffice, boxOfficeUrl, now }));

  app.notFound((c) => c.html(messagePage({ title: 'Nothing on this page', text: 'It does not exist, or not any more.' }), 404));
  app.onError((error, c) => {
    if ('getResponse' in error && typeof error.getResponse === 'function') return error.getResponse() as Response;
    log(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.html(messagePage({ title: 'That did not work', text: 'Something went wrong on our side. Please try again.' }), 500);
  });

  return { url, close: () => stop(server) };
}

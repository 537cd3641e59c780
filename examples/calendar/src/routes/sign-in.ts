import { randomBytes } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { type Latchkey, type Started } from '../latchkey.ts';
import { messagePage } from '../pages/message-page.ts';
import { type Sessions } from '../sessions.ts';
import { Shelf } from '../shelf.ts';

export const SESSION_COOKIE = 'calendar_session';
/** A random value of this browser: a sign-in is finished where it was begun. */
const BROWSER_COOKIE = 'calendar_browser';

interface Parts {
  latchkey: Latchkey;
  sessions: Sessions;
  now: () => number;
  url: string;
  secure: boolean;
  log: (line: string) => void;
}

export function signInRoutes({ latchkey, sessions, now, url, secure, log }: Parts): Hono {
  const cookie = { httpOnly: true, sameSite: 'Lax', path: '/', secure } as const;
  const begun = new Shelf<Omit<Started, 'address'> & { browser: string }>({ most: 1_000, lifeMs: 30 * 60_000, now });
  const app = new Hono();

  app.get('/sign-in', async (c) => {
    try {
      const { address, ...started } = await latchkey.start();
      const browser = getCookie(c, BROWSER_COOKIE) ?? randomBytes(32).toString('base64url');
      begun.put(started.state, { ...started, browser });
      setCookie(c, BROWSER_COOKIE, browser, cookie);
      return c.redirect(address.href, 303);
    } catch (error) {
      return unreachable(c, error);
    }
  });

  app.get('/callback', async (c) => {
    const started = begun.take(c.req.query('state') ?? '');
    if (started === undefined || started.browser !== getCookie(c, BROWSER_COOKIE)) {
      // Somebody who came back by the browser's history is signed in already.
      return sessions.find(getCookie(c, SESSION_COOKIE)) === undefined ? stale(c) : c.redirect('/', 303);
    }
    try {
      const session = await latchkey.finish(new URL(c.req.url).search, started, now());
      const id = sessions.open(session);
      if (id === undefined) return stale(c);
      sessions.end(getCookie(c, SESSION_COOKIE));
      setCookie(c, SESSION_COOKIE, id, cookie);
      return c.redirect('/', 303);
    } catch (error) {
      if (error instanceof AuthorizationResponseError && error.error === 'access_denied') return denied(c);
      return unreachable(c, error);
    }
  });

  app.post('/sign-out', async (c) => {
    const session = sessions.end(getCookie(c, SESSION_COOKIE));
    deleteCookie(c, SESSION_COOKIE, cookie);
    if (session === undefined) return c.redirect('/', 303);
    try {
      return c.redirect((await latchkey.signOutAddress(session.idToken)).href, 303);
    } catch (error) {
      log(`sign-out at ${url}: ${inWords(error)}`);
      return c.html(messagePage({ title: 'You are signed out here', text: 'The sign-in service could not be reached, so you may still be signed in to other applications.' }), 503);
    }
  });

  function denied(c: Context): Response | Promise<Response> {
    return c.html(
      messagePage({
        title: 'Nothing was shared',
        text: 'You said no, and that is fine: Calendar cannot see your tickets. If you change your mind, you can be asked again.',
        action: { href: '/sign-in', label: 'Ask me again' },
        code: 'access_denied',
      }),
    );
  }

  function stale(c: Context): Response | Promise<Response> {
    return c.html(messagePage({ title: 'Please sign in again', text: 'That sign-in was begun in another browser, was used already, or took too long.', action: { href: '/sign-in', label: 'Sign in' } }), 400);
  }

  function unreachable(c: Context, error: unknown): Response | Promise<Response> {
    log(`sign-in at ${url}: ${inWords(error)}`);
    return c.html(messagePage({ title: 'We could not sign you in', text: 'The sign-in service did not answer as it should. Please try again in a moment.', action: { href: '/sign-in', label: 'Try again' } }), 502);
  }

  return app;
}

function inWords(error: unknown): string {
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) return `${error.error} ${error.error_description ?? ''}`;
  return error instanceof Error && error.cause !== undefined ? `${error.message} (${String(error.cause)})` : String(error);
}

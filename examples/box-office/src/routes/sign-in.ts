import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { readLogoutRequest, CasUnreachable, type CasClient } from '../cas-client.ts';
import { homePage } from '../pages/home-page.ts';
import { messagePage } from '../pages/message-page.ts';
import { type Seats } from '../seats.ts';
import { type Sessions } from '../sessions.ts';

export const SESSION_COOKIE = 'box_office_session';
/** Where to go after the sign-in; its presence says that this browser began one. */
const SIGN_IN_COOKIE = 'box_office_sign_in';
const LOCAL_PATH = /^\/(?:[a-z0-9-]+(?:\/[a-z0-9-]+)?)?$/;
const SERVICE_TICKET = /^ST-[\x21-\x7E]{1,253}$/;

interface Parts {
  cas: CasClient;
  sessions: Sessions;
  seats: Seats;
  secure: boolean;
}

/** The service URL receives the logout of a session by its ticket. Saying it twice does no harm. @see CAS Protocol 3.0 §2.3.3 */
export function singleLogoutRoute(sessions: Sessions): Hono {
  const app = new Hono();
  app.post('/', async (c) => {
    const form = await c.req.parseBody();
    const ticket = typeof form['logoutRequest'] === 'string' ? readLogoutRequest(form['logoutRequest']) : undefined;
    if (ticket === undefined) return c.text('not a logout request', 400);
    await sessions.endOfTicket(ticket);
    return c.body(null, 200);
  });
  return app;
}

export function signInRoutes(parts: Parts): Hono {
  const { cas, sessions, seats, secure } = parts;
  const cookie = { httpOnly: true, sameSite: 'Lax', path: '/', secure } as const;
  const app = new Hono();

  app.get('/sign-in', (c) => {
    const next = c.req.query('next') ?? '/';
    setCookie(c, SIGN_IN_COOKIE, LOCAL_PATH.test(next) ? next : '/', { ...cookie, maxAge: 600 });
    return c.redirect(cas.loginUrl(), 303);
  });

  app.get('/', async (c) => {
    const ticket = c.req.query('ticket');
    if (ticket !== undefined) return await arrive(c, ticket);
    const visitor = await sessions.find(getCookie(c, SESSION_COOKIE));
    return c.html(homePage({ visitor, performances: await seats.performances() }));
  });

  app.post('/sign-out', async (c) => {
    await sessions.end(getCookie(c, SESSION_COOKIE));
    deleteCookie(c, SESSION_COOKIE, cookie);
    return c.redirect(cas.logoutUrl(), 303);
  });

  async function arrive(c: Context, ticket: string): Promise<Response> {
    const next = getCookie(c, SIGN_IN_COOKIE);
    // Without this anybody could sign somebody in to an account of their own by a link.
    if (next === undefined) return await again(c, 'That sign-in was begun elsewhere, or too long ago.');
    deleteCookie(c, SIGN_IN_COOKIE, cookie);
    if (!SERVICE_TICKET.test(ticket) || !(await sessions.expect(ticket))) return c.redirect('/', 303);
    try {
      const answer = await cas.validate(ticket);
      if (answer.ok) return await enter(c, ticket, answer.user.attributes, answer.user.user, next);
    } catch (error) {
      await sessions.endOfTicket(ticket);
      if (!(error instanceof CasUnreachable)) throw error;
      return c.html(messagePage({ title: 'We could not check your sign-in', text: 'The sign-in service did not answer. Please try again in a moment.', action: { href: '/sign-in', label: 'Sign in again' } }), 502);
    }
    await sessions.endOfTicket(ticket);
    return await again(c, 'That sign-in could not be used.');
  }

  async function enter(c: Context, ticket: string, attributes: Record<string, string[]>, user: string, next: string): Promise<Response> {
    const subject = attributes['sub']?.[0];
    if (subject === undefined) {
      await sessions.endOfTicket(ticket);
      return c.html(messagePage({ title: 'We do not know whose tickets these are', text: 'The sign-in service did not tell us the attribute “sub”. Its administrator can release it to Box Office.' }), 502);
    }
    const id = await sessions.open(ticket, { subject, name: attributes['name']?.[0] ?? user });
    if (id === undefined) return await again(c, 'You were signed out again in the meantime.');
    await sessions.end(getCookie(c, SESSION_COOKIE));
    setCookie(c, SESSION_COOKIE, id, cookie);
    return c.redirect(LOCAL_PATH.test(next) ? next : '/', 303);
  }

  async function again(c: Context, why: string): Promise<Response> {
    const visitor = await sessions.find(getCookie(c, SESSION_COOKIE));
    return c.html(homePage({ visitor, performances: await seats.performances(), notice: `${why} Please sign in again.` }), 400);
  }

  return app;
}

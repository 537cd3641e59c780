import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { type BoxOffice } from '../box-office.ts';
import { monthOf, readMonth } from '../month.ts';
import { landingPage } from '../pages/landing-page.ts';
import { monthPage } from '../pages/month-page.ts';
import { type Sessions } from '../sessions.ts';
import { SESSION_COOKIE } from './sign-in.ts';

interface Parts {
  sessions: Sessions;
  boxOffice: BoxOffice;
  boxOfficeUrl: string;
  now: () => number;
}

export function monthRoutes({ sessions, boxOffice, boxOfficeUrl, now }: Parts): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    const id = getCookie(c, SESSION_COOKIE);
    const session = sessions.find(id);
    if (session === undefined) return c.html(landingPage());
    const found = await boxOffice.ordersOf(session);
    // The session may have been ended while Box Office was asked.
    if (sessions.find(id) === undefined) return c.html(landingPage());
    const month = readMonth(c.req.query('month')) ?? monthOf(new Date(now()));
    return c.html(monthPage({ name: session.name, month, found, now: now(), boxOfficeUrl }));
  });
  return app;
}

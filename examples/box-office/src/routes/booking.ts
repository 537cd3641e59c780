import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { basketPage } from '../pages/basket-page.ts';
import { messagePage } from '../pages/message-page.ts';
import { performancePage } from '../pages/performance-page.ts';
import { ticketsPage } from '../pages/tickets-page.ts';
import { type Seats } from '../seats.ts';
import { type Sessions, type Visitor } from '../sessions.ts';
import { SESSION_COOKIE } from './sign-in.ts';

interface Parts {
  sessions: Sessions;
  seats: Seats;
  now: () => number;
  holdMs: number;
}

export function bookingRoutes({ sessions, seats, now, holdMs }: Parts): Hono<{ Variables: { visitor: Visitor } }> {
  const app = new Hono<{ Variables: { visitor: Visitor } }>();
  const signedIn = createMiddleware<{ Variables: { visitor: Visitor } }>(async (c, next) => {
    const visitor = await sessions.find(getCookie(c, SESSION_COOKIE));
    if (visitor === undefined) return c.redirect('/', 303);
    c.set('visitor', visitor);
    return await next();
  });

  app.get('/performances/:id', async (c) => {
    const performance = await seats.performance(c.req.param('id'));
    if (performance === undefined) return c.html(messagePage({ title: 'That evening is over', text: 'There are no more tickets for this performance.' }), 404);
    const visitor = await sessions.find(getCookie(c, SESSION_COOKIE));
    return c.html(performancePage({ performance, visitor, refused: c.req.query('refused') }));
  });

  app.post('/holds', signedIn, async (c) => {
    const form = await c.req.parseBody();
    const performance = await seats.performance(String(form['performance']));
    if (performance === undefined) return c.notFound();
    const block = String(form['block']);
    const held = await seats.hold(c.get('visitor').subject, performance.id, block, Number(form['seats']));
    if (held !== undefined) return c.redirect('/basket', 303);
    const name = performance.blocks.find((one) => one.name === block)?.name ?? '';
    return c.redirect(`/performances/${performance.id}?refused=${name}`, 303);
  });

  app.get('/basket', signedIn, async (c) => {
    const visitor = c.get('visitor');
    return c.html(basketPage({ visitor, holds: await seats.holdsOf(visitor.subject), now: now(), holdMs, late: c.req.query('late') !== undefined }));
  });

  app.post('/holds/:id/buy', signedIn, async (c) => {
    const order = await seats.buy(c.get('visitor').subject, c.req.param('id'));
    return c.redirect(order === undefined ? '/basket?late' : `/tickets?new=${order}`, 303);
  });

  app.post('/holds/:id/release', signedIn, async (c) => {
    await seats.release(c.get('visitor').subject, c.req.param('id'));
    return c.redirect('/basket', 303);
  });

  app.get('/tickets', signedIn, async (c) => {
    const visitor = c.get('visitor');
    return c.html(ticketsPage({ visitor, orders: await seats.ordersOf(visitor.subject), bought: c.req.query('new') }));
  });

  return app;
}

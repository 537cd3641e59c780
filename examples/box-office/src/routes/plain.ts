import { Hono } from 'hono';
import { type Pool } from 'pg';
import { ICON } from '../pages/poster.ts';
import { STYLE } from '../pages/style.ts';

export function plainRoutes(pool: Pool): Hono {
  const app = new Hono();
  app.get('/healthz', async (c) => {
    try {
      await pool.query('SELECT 1');
      return c.text('ok');
    } catch {
      return c.text('the database does not answer', 503);
    }
  });
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }));
  app.get('/icon.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' }));
  return app;
}

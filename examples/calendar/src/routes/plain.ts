import { Hono } from 'hono';
import { ICON } from '../pages/drawings.ts';
import { STYLE } from '../pages/style.ts';

export function plainRoutes(): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }));
  app.get('/icon.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' }));
  return app;
}

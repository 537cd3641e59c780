import { html } from 'hono/html';
import { MONTH_DRAWING } from './drawings.ts';
import { layout, type Html } from './layout.ts';

export const landingPage = (): Html =>
  layout({
    title: 'Welcome',
    body: html`<div class="landing">
<div class="words">
<h1>Your evenings out, all on one page</h1>
<p class="lead">Tern puts the tickets you ordered at Box Office into a calendar. It asks you first, and it can look but not touch.</p>
<a class="pill" href="/sign-in">Sign in</a>
</div>
${MONTH_DRAWING}
</div>`,
  });

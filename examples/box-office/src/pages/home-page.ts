import { html } from 'hono/html';
import { SHOW } from '../season.ts';
import { type Performance } from '../seats.ts';
import { type Visitor } from '../sessions.ts';
import { layout, type Html } from './layout.ts';
import { POSTER } from './poster.ts';
import { clock, price, shortDate } from './words.ts';

interface Props {
  visitor: Visitor | undefined;
  performances: Performance[];
  notice?: string;
}

const SHOWN = 8;

export const homePage = ({ visitor, performances, notice }: Props): Html =>
  layout({
    title: SHOW.title,
    visitor,
    body: html`${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
<div class="hero">
<div class="words">
<p class="kicker">Now playing</p>
<h1>${SHOW.title}</h1>
<p class="lead">The tide goes out, and does not come back. Two keepers, one lamp, and a boat that has been on its way for eleven years.</p>
<p class="muted">${SHOW.author}. About two hours, with an interval.</p>
${visitor === undefined ? html`<a class="button" href="/sign-in">Sign in to book</a>` : html`<p>Good to see you, <strong>${visitor.name}</strong>. Choose an evening.</p>`}
</div>
${POSTER}
</div>
${visitor === undefined ? '' : evenings(performances.slice(0, SHOWN))}`,
  });

const evenings = (performances: Performance[]): Html => html`<section class="dates" aria-labelledby="dates">
<h2 id="dates">Evenings</h2>
<ol>${performances.map(evening)}</ol>
</section>`;

function evening(performance: Performance): Html {
  const { day, month, weekday } = shortDate(performance.startsAt);
  const free = performance.blocks.reduce((sum, block) => sum + block.free, 0);
  const from = Math.min(...performance.blocks.map((block) => block.pricePence));
  return html`<li class="date">
<span class="day"><i>${month}</i> <b>${day}</b></span>
<span><a href="/performances/${performance.id}">${weekday}, ${clock(performance.startsAt)}</a><br>
<span class="muted small">${free === 0 ? 'Sold out' : `${free} free · from ${price(from)}`}</span></span>
</li>`;
}

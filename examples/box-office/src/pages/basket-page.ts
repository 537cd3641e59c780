import { html } from 'hono/html';
import { SHOW } from '../season.ts';
import { type Hold } from '../seats.ts';
import { type Visitor } from '../sessions.ts';
import { layout, type Html } from './layout.ts';
import { clock, longDate, price, seatsInWords, timeLeft } from './words.ts';

interface Props {
  visitor: Visitor;
  holds: Hold[];
  now: number;
  holdMs: number;
  late: boolean;
}

export const basketPage = ({ visitor, holds, now, holdMs, late }: Props): Html =>
  layout({
    title: 'Basket',
    visitor,
    here: '/basket',
    body: html`${late ? html`<p class="notice" role="alert">Those seats are no longer kept for you: the time ran out, or you have them already under <a href="/tickets">My tickets</a>. Nothing was charged.</p>` : ''}
<h1>Basket</h1>
${holds.length === 0 ? empty() : html`<ul class="stack">${holds.map((hold) => card(hold, hold.expiresAt.getTime() - now, holdMs))}</ul>`}`,
  });

const empty = (): Html => html`<div class="plain stack"><p>Nothing is kept for you at the moment.</p><a class="button" href="/">Choose an evening</a></div>`;

const card = (hold: Hold, left: number, holdMs: number): Html => html`<li class="stub">
<div class="body">
<p class="kicker">${SHOW.title}</p>
<h2>${seatsInWords(hold.seats)} in the ${hold.block}</h2>
<p class="muted">${longDate(hold.startsAt)}, ${clock(hold.startsAt)}</p>
</div>
<div class="body">
${bar(left, holdMs)}
<p class="small">Kept for you for <strong>${timeLeft(left)}</strong>.</p>
</div>
<div class="tear"><strong>${price(hold.pricePence)}</strong>
<div class="actions">
<form method="post" action="/holds/${hold.id}/release"><button class="quiet">Put back</button></form>
<form method="post" action="/holds/${hold.id}/buy"><button>Buy ${hold.seats === 1 ? 'ticket' : 'tickets'}</button></form>
</div></div>
</li>`;

/** It runs empty by itself, without script. */
const bar = (left: number, whole: number): Html => {
  const percent = Math.min(100, (100 * left) / whole).toFixed(1);
  return html`<svg class="time-left" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true" focusable="false">
<rect class="rail" width="100" height="2"/><rect class="rest" width="${percent}" height="2"><animate attributeName="width" from="${percent}" to="0" dur="${Math.ceil(left / 1000)}s" fill="freeze"/></rect></svg>`;
};

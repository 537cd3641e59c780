import { html } from 'hono/html';
import { SHOW } from '../season.ts';
import { MOST_HOLDS, MOST_SEATS_AT_ONCE, type Block, type Performance } from '../seats.ts';
import { type Visitor } from '../sessions.ts';
import { layout, type Html } from './layout.ts';
import { plan } from './plan.ts';
import { clock, longDate, price, seatsInWords } from './words.ts';

interface Props {
  performance: Performance;
  visitor: Visitor | undefined;
  refused: string | undefined;
}

export const performancePage = ({ performance, visitor, refused }: Props): Html =>
  layout({
    title: longDate(performance.startsAt),
    visitor,
    body: html`${refused === undefined ? '' : refusal(refused)}
<p class="kicker">${SHOW.title}</p>
<h1>${longDate(performance.startsAt)}</h1>
<p class="muted">Curtain at ${clock(performance.startsAt)}. Doors open an hour before.</p>
<div class="house-plan">
<div>${plan(performance.blocks)}<p class="key small muted" aria-hidden="true"><span>free</span><span class="taken">taken</span></p></div>
<section aria-labelledby="seats"><h2 id="seats" class="skip">Seats</h2>
<ul class="blocks">${performance.blocks.map((block) => blockCard(performance, block, visitor !== undefined))}</ul>
${visitor === undefined ? html`<p class="stack"><a class="button" href="/sign-in?next=/performances/${performance.id}">Sign in to book</a></p>` : ''}
</section>
</div>`,
  });

const refusal = (block: string): Html => html`<p class="notice" role="alert">Those seats could not be kept for you${block === '' ? '' : html`: not enough are free in the ${block}, or your <a href="/basket">basket</a> is full (it holds ${MOST_HOLDS})`}. Nothing was changed.</p>`;

const blockCard = (performance: Performance, block: Block, canBook: boolean): Html => html`<li class="block">
<div class="top"><h3>${block.name}</h3><span class="price">${price(block.pricePence)}</span></div>
<p class="muted small"><span data-free="${block.name}">${block.free}</span> of ${block.capacity} free</p>
${block.free === 0 ? html`<p><strong>Sold out.</strong> Seats that others put back appear here.</p>` : canBook ? holdForm(performance, block) : ''}
</li>`;

const holdForm = (performance: Performance, block: Block): Html => html`<form method="post" action="/holds">
<input type="hidden" name="performance" value="${performance.id}"><input type="hidden" name="block" value="${block.name}">
<label><span class="small">Seats in the ${block.name}</span>
<select name="seats">${Array.from({ length: Math.min(MOST_SEATS_AT_ONCE, block.free) }, (_, i) => html`<option value="${i + 1}">${seatsInWords(i + 1)}</option>`)}</select></label>
<button>Keep for me<span class="skip"> in the ${block.name}</span></button>
</form>`;

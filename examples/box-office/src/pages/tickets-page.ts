import { html } from 'hono/html';
import { SHOW } from '../season.ts';
import { type Order } from '../seats.ts';
import { type Visitor } from '../sessions.ts';
import { layout, type Html } from './layout.ts';
import { clock, longDate, price, seatsInWords } from './words.ts';

interface Props {
  visitor: Visitor;
  orders: Order[];
  bought: string | undefined;
}

export const ticketsPage = ({ visitor, orders, bought }: Props): Html =>
  layout({
    title: 'My tickets',
    visitor,
    here: '/tickets',
    body: html`${orders.some((order) => order.id === bought) ? html`<p class="notice" role="status">They are yours. Say the reference at the door; no printing needed.</p>` : ''}
<h1>My tickets</h1>
${orders.length === 0 ? empty() : html`<ul class="stack">${orders.map((order) => ticket(order, order.id === bought))}</ul>`}`,
  });

const empty = (): Html => html`<div class="plain stack"><p>You have no tickets yet.</p><a class="button" href="/">Choose an evening</a></div>`;

const ticket = (order: Order, isNew: boolean): Html => html`<li class="stub ticket${isNew ? ' new' : ''}" data-order="${order.id}">
<div class="body">
<p class="kicker">${SHOW.venue}</p>
<h2>${SHOW.title}</h2>
<p>${longDate(order.startsAt)}, ${clock(order.startsAt)}</p>
<p class="muted small">${order.block} · ${price(order.pricePence)}</p>
</div>
<div class="tear"><strong>${seatsInWords(order.seats)}</strong><b>${order.id}</b></div>
</li>`;

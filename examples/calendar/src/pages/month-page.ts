import { html } from 'hono/html';
import { type Found, type Order } from '../box-office.ts';
import { dayOf, monthAfter, weeksOf, type Day, type Month } from '../month.ts';
import { layout, type Html } from './layout.ts';

interface Props {
  name: string;
  month: Month;
  found: Found;
  now: number;
  boxOfficeUrl: string;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function monthPage({ name, month, found, now, boxOfficeUrl }: Props): Html {
  const orders = found.kind === 'orders' ? found.orders : [];
  const title = monthName(month);
  return layout({
    title: `${title.month} ${title.year}`,
    name,
    body: html`${found.kind === 'reconnect' ? reconnect() : found.kind === 'unavailable' ? unavailable() : ''}
<div class="board">
<section class="month" aria-labelledby="month">
<div class="top"><h1 id="month">${title.month} <span>${title.year}</span></h1>
<nav class="turn" aria-label="Months"><a class="pill quiet square" href="/?month=${monthAfter(month, -1)}" aria-label="Month before">‹</a>
<a class="pill quiet" href="/">Today</a>
<a class="pill quiet square" href="/?month=${monthAfter(month, 1)}" aria-label="Month after">›</a></nav></div>
${grid(month, orders, now)}
</section>
<section class="next" aria-labelledby="next">
<h2 id="next">Coming up</h2>
${agenda(found, now, boxOfficeUrl)}
</section>
</div>`,
  });
}

const reconnect = (): Html => html`<div class="note" role="status" data-reconnect><p><strong>Box Office is not connected any more.</strong> Calendar's leave to see your tickets has ended or was withdrawn.</p><a class="pill" href="/sign-in">Connect again</a></div>`;

const unavailable = (): Html => html`<div class="note" role="status"><p><strong>Box Office does not answer.</strong> Your tickets are safe there; they will be back here when it is.</p><a class="pill quiet" href="/">Try again</a></div>`;

const grid = (month: Month, orders: Order[], now: number): Html => html`<table>
<caption class="hidden">Your evenings, a column for each day of the week</caption>
<thead><tr>${WEEKDAYS.map((day) => html`<th scope="col"><abbr title="${day}">${day.slice(0, 3)}</abbr></th>`)}</tr></thead>
<tbody>${weeksOf(month).map((week) => html`<tr>${week.map((day) => square(day, month, orders, now))}</tr>`)}</tbody>
</table>`;

function square(day: Day, month: Month, orders: Order[], now: number): Html {
  const kind = [!day.startsWith(month) && 'other', day === dayOf(new Date(now)) && 'today'].filter(Boolean).join(' ');
  const here = orders.filter((order) => dayOf(order.startsAt, order.timeZone) === day);
  return html`<td class="${kind}"><time class="n" datetime="${day}"${kind.includes('today') ? html` aria-current="date"` : ''}>${Number(day.slice(8))}</time>${here.map(chip)}</td>`;
}

const chip = (order: Order): Html => html`<div class="chip"><span><b>${clock(order)}</b></span><span>${order.show}</span></div>`;

function agenda(found: Found, now: number, boxOfficeUrl: string): Html {
  if (found.kind !== 'orders') return html`<p class="empty soft">Nothing to show at the moment.</p>`;
  const coming = found.orders.filter((order) => order.startsAt.getTime() > now).sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  if (coming.length === 0) {
    return html`<div class="empty"><p>No evening out is planned. What you order at Box Office appears here by itself.</p><a class="pill quiet" href="${boxOfficeUrl}/">Go to Box Office</a></div>`;
  }
  return html`<ol>${coming.map(event)}</ol>`;
}

const event = (order: Order): Html => html`<li class="event" data-order="${order.id}">
<p class="small soft"><time datetime="${order.startsAt.toISOString()}">${longDay(order)}, ${clock(order)}</time></p>
<h3>${order.show}</h3>
<p class="small soft">${order.venue}<br>${order.block}, ${order.seats === 1 ? '1 seat' : `${order.seats} seats`}</p>
<a class="small" href="${order.url}">Ticket ${order.id}</a>
</li>`;

const clock = ({ startsAt, timeZone }: Order): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(startsAt);

const longDay = ({ startsAt, timeZone }: Order): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long' }).format(startsAt);

function monthName(month: Month): { month: string; year: string } {
  const first = new Date(`${month}-01T00:00:00Z`);
  return { month: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' }).format(first), year: month.slice(0, 4) };
}

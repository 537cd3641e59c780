import { setTimeout as pause } from 'node:timers/promises';
import { given, holds, rulesOf, same, short, type Feature } from '../rule.ts';
import type { Context } from '../context.ts';
import type { Client } from '../client.ts';

/** @see CAS Protocol 3.0.3 §3.1 to §3.4, §3.7 */
interface Kind {
  readonly section: string;
  readonly what: string;
  readonly prefix: string;
  readonly level: 'MUST' | 'SHOULD';
  /** Services must be able to take so many characters, and are recommended to take 256. */
  readonly short: number;
  readonly needs: readonly Feature[];
  some(context: Context): Promise<string[]>;
}

const fromSession = async (context: Context): Promise<string[]> => {
  const client = await context.signedIn();
  const tickets: string[] = [];
  for (let count = 0; count < 8; count++) tickets.push(await context.ticket(client));
  return tickets;
};
const granted = async (context: Context, which: 'pgt' | 'pgtIou'): Promise<string[]> => {
  const tickets: string[] = [];
  for (let count = 0; count < 4; count++) tickets.push((await context.granted())[which]);
  return tickets;
};

const KINDS: readonly Kind[] = [
  { section: '3.1', what: 'service ticket', prefix: 'ST-', level: 'MUST', short: 32, needs: [], some: fromSession },
  {
    section: '3.2',
    what: 'proxy ticket',
    prefix: 'PT-',
    level: 'SHOULD',
    short: 32,
    needs: ['proxy'],
    some: async (context) => {
      const { pgt } = await context.granted();
      const tickets: string[] = [];
      for (let count = 0; count < 8; count++) tickets.push(await context.proxyTicket(pgt));
      return tickets;
    },
  },
  { section: '3.3', what: 'proxy-granting ticket', prefix: 'PGT-', level: 'SHOULD', short: 64, needs: ['proxy'], some: (context) => granted(context, 'pgt') },
  { section: '3.4', what: 'proxy-granting ticket IOU', prefix: 'PGTIOU-', level: 'SHOULD', short: 64, needs: ['proxy'], some: (context) => granted(context, 'pgtIou') },
];

const sections = KINDS.map((kind) => {
  const section = rulesOf(kind.section, ...kind.needs);
  const { rule } = section;
  rule('prefix', kind.level, `§${kind.section}.1: a ${kind.what} begins with ${kind.prefix}`, async (context) => {
    for (const ticket of await kind.some(context)) holds(ticket.startsWith(kind.prefix), `it is ${ticket}`);
  });
  rule('characters', 'MUST', `§3.7: a ${kind.what} consists of A-Z, a-z, 0-9 and the hyphen`, async (context) => {
    for (const ticket of await kind.some(context)) holds(/^[A-Za-z0-9-]+$/.test(ticket), `it is ${short(ticket)}`);
  });
  rule('length', 'SHOULD', `§${kind.section}.1: it has at most the 256 characters that services are recommended to take`, async (context) => {
    for (const ticket of await kind.some(context)) holds(ticket.length <= 256, `it has ${ticket.length}`);
  });
  rule('short', 'OPTIONAL', `§${kind.section}.1: it has at most the ${kind.short} characters that every service must take`, async (context) => {
    for (const ticket of await kind.some(context)) holds(ticket.length <= kind.short, `it has ${ticket.length}: ${ticket}`);
  });
  rule('not guessable', 'MUST', `§${kind.section}.1: no two are the same, and they differ in at least 16 characters`, async (context) => {
    const tickets = await kind.some(context);
    same(new Set(tickets).size, tickets.length, 'different ones');
    const [first = '', ...others] = tickets;
    for (const other of others) {
      const differing = [...other].filter((character, at) => character !== first[at]).length;
      holds(differing >= 16 - 3, `${first} and ${other} differ in ${differing} characters`);
    }
    holds(constantAt(tickets) <= Math.max(...tickets.map(({ length }) => length)) - 16, `fewer than 16 characters change: ${tickets.slice(0, 3).join(', ')}`);
  });
  return section;
});

/** How many places hold the same character in all of them. */
function constantAt(tickets: readonly string[]): number {
  const [first = ''] = tickets;
  return [...first].filter((character, at) => tickets.every((ticket) => ticket[at] === character)).length;
}

const [serviceTickets, proxyTickets, , ious] = sections;

serviceTickets!.rule('no service in it', 'SHOULD', '§3.1.1: the service identifier is not part of the ticket', async (context) => {
  const { host, pathname } = new URL(context.service());
  for (const ticket of await fromSession(context)) holds(!ticket.includes(host) && !ticket.includes(pathname.slice(1)), `it is ${ticket}`);
});
serviceTickets!.rule('expires', 'MUST', '§3.1.1: an unused ticket that has expired is refused', async (context) => {
  const seconds = context.target.ticketSeconds;
  given(seconds !== null && seconds <= 30, 'the target file gives no ticketSeconds of at most 30');
  const client = await context.signedIn();
  const waiting = await context.ticket(client);
  await context.valid('/serviceValidate', await context.ticket(client));
  await pause((seconds + 1) * 1000);
  context.refused(await context.validate('/serviceValidate', { service: context.service(), ticket: waiting }), 'INVALID_TICKET');
});
serviceTickets!.rule('five minutes', 'SHOULD', '§3.1.1: it is valid for no longer than five minutes', async (context) => {
  given(context.target.ticketSeconds !== null, 'the target file gives no ticketSeconds');
  holds(context.target.ticketSeconds <= 300, `it is valid for ${context.target.ticketSeconds} s`);
});
serviceTickets!.rule('only at its end', 'MUST', '§3.1.1: a ticket with more behind it, less, or in another case is not that ticket', async (context) => {
  for (const change of [(id: string) => `${id}x`, (id: string) => id.slice(0, -1), (id: string) => swapCase(id), (id: string) => `${id} `, (id: string) => `${id},${id}`]) {
    const { ticket } = await context.fresh();
    if (change(ticket) === ticket) continue;
    context.refused(await context.validate('/serviceValidate', { service: context.service(), ticket: change(ticket) }));
  }
});
proxyTickets!.rule('no service in it', 'SHOULD', '§3.2.1: the service identifier is not part of the ticket', async (context) => {
  const { host } = new URL(context.service('backend'));
  const { pgt } = await context.granted();
  holds(!(await context.proxyTicket(pgt)).includes(host), 'it is part of it');
});
ious!.rule('nothing of the ticket', 'SHOULD', '§3.4.1: an IOU holds no reference to its proxy-granting ticket', async (context) => {
  const { pgt, pgtIou } = await context.granted();
  const random = pgt.replace(/^PGT-(\d+-)?/, '');
  for (let at = 0; at + 8 <= random.length; at++) holds(!pgtIou.includes(random.slice(at, at + 8)) || context.url.includes(random.slice(at, at + 8)), `both hold ${random.slice(at, at + 8)}`);
});

const swapCase = (text: string): string => text.replace(/[a-zA-Z]/g, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

/** @see CAS Protocol 3.0.3 §3.5 */
const login = rulesOf('3.5', 'loginTicket');

/** The same form, sent a second time. */
async function again(context: Context, first: (client: Client, fields: [string, string][]) => [string, string][]): Promise<boolean> {
  const client = context.client();
  const page = await context.login(client, { service: context.service() });
  const form = context.form(page);
  const fields = context.filled(form, context.person);
  await context.submit(client, page, form, first(client, fields));
  const clean = client.with(client.cookies.copy());
  await context.logout(clean);
  const answer = await context.submit(clean, page, form, fields);
  return context.destination(answer, context.service())?.includes('ticket=') === true;
}
login.rule('unique', 'MUST', '§3.5.1: no two forms carry the same login ticket', async (context) => {
  const ticket = async (): Promise<string | undefined> => {
    const { fields } = context.form(await context.login(context.client()));
    return fields.find(({ name, type }) => type === 'hidden' && /^(lt|execution)$/.test(name))?.value;
  };
  const [one, other] = [await ticket(), await ticket()];
  holds(one !== undefined && other !== undefined, 'the form has no field lt or execution');
  holds(one !== other, `both carry ${short(one)}`);
});
login.rule('once, after a success', 'MUST', '§3.5.1: a login ticket is valid for one attempt', async (context) => {
  same(await again(context, (_client, fields) => fields), false, 'whether the form signs in a second time');
});
login.rule('once, after a failure', 'MUST', '§3.5.1: also when that attempt failed', async (context) => {
  same(await again(context, (_client, fields) => fields.map(([name, value]) => [name, value === context.person.password ? 'wrong' : value])), false, 'whether the form signs in after a failure');
});
login.rule('prefix', 'SHOULD', '§3.5.1: a login ticket begins with LT-', async (context) => {
  const found = context.form(await context.login(context.client())).fields.find(({ name }) => name === 'lt');
  holds(found?.value.startsWith('LT-') === true, found === undefined ? 'the form has no field lt' : `it is ${short(found.value, 40)}`);
});

/** @see CAS Protocol 3.0.3 §3.6, §3.7, §3.8 */
const cookie = rulesOf('3.6');
const theCookie = async (context: Context): Promise<Awaited<ReturnType<Context['ticketGrantingCookie']>>> => context.ticketGrantingCookie(await context.signedIn());

cookie.rule('one cookie', 'MUST', '§3.6: one cookie stands for the session, in place of primary credentials', async (context) => void (await theCookie(context)));
cookie.rule('ends with the browser', 'MUST', '§3.6.1: it expires at the end of the browser session', async (context) => {
  const { persistent, line } = await theCookie(context);
  holds(!persistent, `it was set as ${hidden(line)}`);
});
cookie.rule('path', 'MUST', '§3.6.1: its path is as restrictive as possible', async (context) => {
  const { path } = await theCookie(context);
  const narrowest = (context.target.cookiePath ?? new URL(context.url).pathname).replace(/\/+$/, '');
  holds(path.replace(/\/+$/, '') === narrowest || path.startsWith(`${narrowest}/`), `its path is ${path}, and could be ${narrowest || '/'}`);
});
cookie.rule('secure', 'MUST', '§2.1: over https it is a secure cookie', async (context) => {
  given(context.isHttps, 'the server is spoken to over http');
  const { secure, line } = await theCookie(context);
  holds(secure, `it was set as ${hidden(line)}`);
});
cookie.rule('not for scripts', 'SHOULD', '§3.6: it is what stands in for a password: no script can read it (HttpOnly)', async (context) => {
  const { httpOnly, line } = await theCookie(context);
  holds(httpOnly, `it was set as ${hidden(line)}`);
});
cookie.rule('of this host', 'SHOULD', '§3.6.1: it is sent to no other host (no Domain)', async (context) => {
  const { line } = await theCookie(context);
  holds(!/;\s*domain=/i.test(line), `it was set as ${hidden(line)}`);
});
cookie.rule('name', 'SHOULD', '§3.6.1: its name begins with TGC-', async (context) => {
  const { name } = await theCookie(context);
  holds(name.startsWith('TGC-'), `its name is ${name}`);
});
cookie.rule('characters', 'MUST', '§3.7: its value consists of A-Z, a-z, 0-9 and the hyphen', async (context) => {
  const { value } = await theCookie(context);
  const others = [...new Set(value.replace(/[A-Za-z0-9-]/g, ''))];
  holds(others.length === 0, `it also holds ${others.join(' ')}`);
});
cookie.rule('not guessable', 'MUST', '§3.6.1: its value is random: another one with each sign-in', async (context) => {
  const values = [(await theCookie(context)).value, (await theCookie(context)).value, (await theCookie(context)).value];
  same(new Set(values).size, 3, 'different values');
  holds(values.every(({ length }) => length - constantAt(values) >= 16), 'fewer than 16 characters change');
});
cookie.rule('a made-up one is nobody', 'MUST', '§3.6: a value that the server did not give is no session', async (context) => {
  const client = await context.signedIn();
  const { name, value, path } = await context.ticketGrantingCookie(client);
  const forged = client.with(client.cookies.copy((one) => one.name !== name));
  const middle = Math.floor(value.length / 2);
  const changed = value.slice(0, middle) + (value[middle] === 'A' ? 'B' : 'A') + value.slice(middle + 1);
  forged.cookies.take(new URL(context.url), `${name}=${changed}; Path=${path}`);
  holds(context.asks(await context.login(forged, { service: context.service() })), 'a changed cookie is signed in');
  await context.ticket(client);
});
cookie.rule('new at each sign-in', 'SHOULD', '§3.6: a value that stood before the sign-in is not the session after it', async (context) => {
  const client = await context.signedIn();
  const before = await context.ticketGrantingCookie(client);
  const planted = context.client();
  planted.cookies.take(new URL(context.url), `${before.name}=${before.value}; Path=${before.path}`);
  await context.logout(client);
  const page = await context.login(planted, { renew: 'true' });
  const form = context.form(page);
  await context.submit(planted, page, form, context.filled(form, context.person));
  holds((await context.ticketGrantingCookie(planted)).value !== before.value, 'the planted value is the session');
});

const hidden = (line: string): string => line.replace(/=[^;]*/, '=…');

export const rules = [...sections.flatMap((section) => section.rules), ...login.rules, ...cookie.rules];

import { locationOf } from '../client.ts';
import { textOf } from '../html.ts';
import { holds, rulesOf, same, short } from '../rule.ts';
import type { Context } from '../context.ts';
import type { Client } from '../client.ts';

/** @see CAS Protocol 3.0.3 §2.2 */
const { rules, rule } = rulesOf('2.2');
export { rules };

async function isSignedIn(context: Context, client: Client): Promise<boolean> {
  return !context.asks(await context.login(client, { service: context.service() }));
}

rule('success with service', 'MUST', '§2.2.4: after the right password the browser is taken to the service with a valid ticket', async (context) => {
  const { ticket } = await context.fresh();
  await context.valid('/serviceValidate', ticket);
});

rule('the redirect is a GET', 'MUST', '§2.2.4: the redirect results in a GET, in a manner that does not forward the credentials', async (context) => {
  const page = await context.signIn(context.client(), { parameters: { service: context.service() } });
  context.ticketOf(page, context.service());
  holds(![307, 308].includes(page.status), `a redirect of ${page.status} repeats the POST, credentials and all`);
  for (const secret of [context.person.password, encodeURIComponent(context.person.password), new URLSearchParams([['', context.person.password]]).toString().slice(1)]) {
    holds(!(locationOf(page) ?? '').includes(secret) && !page.body.includes(secret), 'the password stands in what the browser is sent');
  }
});

rule('success without service', 'MUST', '§2.2.4: without a service a message says that a session has begun', async (context) => {
  const client = context.client();
  const page = await context.signIn(client);
  same([page.status, context.asks(page)], [200, false], 'status, and whether a password is asked for');
  holds(textOf(page.body).length > 0, 'the page has no words');
  same(await isSignedIn(context, client), true, 'whether the session stands');
});

const FAILURES: readonly (readonly [string, string, (context: Context) => { username: string; password: string }])[] = [
  ['wrong password', 'a wrong password', ({ person }) => ({ username: person.username, password: `${person.password}x` })],
  ['password of another', "another person's password", ({ person, target }) => ({ username: person.username, password: target.people[1].password === person.password ? 'another' : target.people[1].password })],
  ['password in another case', 'the password in another case', ({ person }) => ({ username: person.username, password: person.password.toUpperCase() === person.password ? person.password.toLowerCase() : person.password.toUpperCase() })],
  ['unknown name', 'a name that nobody has', ({ person }) => ({ username: `${person.username}-nobody`, password: person.password })],
  ['empty password', 'an empty password', ({ person }) => ({ username: person.username, password: '' })],
];
for (const [id, what, credentials] of FAILURES) {
  rule(`${id}`, 'MUST', `§2.2.4: ${what} leads back to the form, without a ticket and without a session; the right one then signs in`, async (context) => {
    const client = context.client();
    const page = await context.login(client, { service: context.service() });
    const form = context.form(page);
    const refused = await context.submit(client, page, form, context.filled(form, credentials(context)));
    same(context.destination(refused, context.service()), null, 'where the browser is taken');
    holds(context.asks(refused), `no form is shown again: ${refused.status} ${short(textOf(refused.body))}`);
    same(await isSignedIn(context, client), false, 'whether a session stands');
    const again = await context.login(client, { service: context.service() });
    const twin = context.form(again);
    context.ticketOf(await context.submit(client, again, twin, context.filled(twin, context.person)), context.service());
  });
}

rule('failure says why', 'SHOULD', '§2.2.4: a failed sign-in is told in words', async (context) => {
  const client = context.client();
  const page = await context.login(client);
  const form = context.form(page);
  const refused = await context.submit(client, page, form, context.filled(form, { ...context.person, password: 'certainly not it' }));
  const before = new Set(textOf(page.body).split(/(?<=[.!?])\s|\s{2,}/));
  const words = textOf(refused.body).split(/(?<=[.!?])\s|\s{2,}/).filter((sentence) => !before.has(sentence));
  holds(words.join('').length > 5, 'the page after a wrong password says the same as the first one');
});

rule('failure tells no secret', 'SHOULD', '§2.2.4: a name that nobody has is told in the words of a wrong password', async (context) => {
  const words = async (username: string): Promise<string> => {
    const client = context.client();
    const page = await context.login(client);
    const form = context.form(page);
    const refused = await context.submit(client, page, form, context.filled(form, { username, password: 'certainly not it' }));
    return textOf(refused.body).replaceAll(username, 'NAME');
  };
  const [unknown, known] = [await words('nobody-here-is-called-so'), await words(context.target.people[1].username)];
  const at = [...unknown].findIndex((letter, index) => letter !== known[index]);
  holds(unknown === known, `the words differ: ${short(unknown.slice(Math.max(0, at - 20), at + 100))}, and ${short(known.slice(Math.max(0, at - 20), at + 100))}`);
});

rule('case of parameters', 'MUST', '§2.2.2: username and password are case-sensitive', async (context) => {
  const client = context.client();
  const page = await context.login(client);
  const form = context.form(page);
  const names = context.names(form);
  const shouted = context.filled(form, context.person).map(([name, value]): [string, string] => [name === names.password ? name.toUpperCase() : name, value]);
  await context.submit(client, page, form, shouted);
  same(await isSignedIn(context, client), false, 'whether PASSWORD signs in');
  same(await isSignedIn(context, await context.signedIn()), true, 'whether password does');
});

rule('credentials in the address', 'SHOULD', '§2.1.3: credentials are accepted by POST alone', async (context) => {
  const client = context.client();
  const form = context.form(await context.login(client));
  await client.visit(context.address('/login', context.filled(form, context.person)));
  same(await isSignedIn(context, client), false, 'whether a GET with credentials signs in');
});

rule('a form of another site', 'SHOULD', '§3.5: credentials posted without what the form gave do not sign in, so that nobody can be signed in by another site', async (context) => {
  const client = context.client();
  const form = context.form(await context.login(context.client()));
  const names = context.names(form);
  const bare: [string, string][] = [[names.username, context.person.username], [names.password, context.person.password]];
  const headers = { origin: 'https://elsewhere.example', referer: 'https://elsewhere.example/' };
  await client.visit(context.address('/login'), { method: 'POST', form: bare, headers });
  same(await isSignedIn(context, client), false, 'whether a session stands');
});

rule('unknown service in the post', 'MUST', '§2.2.1: a service put into the form in place of the registered one is denied', async (context) => {
  const client = context.client();
  const page = await context.login(client, { service: context.service() });
  const form = context.form(page);
  const swap = (url: string): string => url.replaceAll(encodeURIComponent(context.service()), encodeURIComponent(context.stranger));
  const fields = context.filled(form, context.person).map(([name, value]): [string, string] => [name, name === 'service' ? context.stranger : value]);
  if (!fields.some(([name]) => name === 'service')) fields.push(['service', context.stranger]);
  const answer = await context.submit(client, page, { ...form, action: swap(form.action) }, fields);
  const destination = context.destination(answer, context.stranger) ?? '';
  holds(!destination.startsWith(context.stranger), `the browser is taken to ${short(destination)}`);
  await context.fresh();
}, 'registry');

rule('sessions are apart', 'MUST', '§2.2.4: a ticket names the person of the browser that got it', async (context) => {
  const [one, other] = context.target.people;
  const [first, second] = [await context.fresh(context.service(), { person: one }), await context.fresh(context.service(), { person: other })];
  const name = async (ticket: string): Promise<string | null> => (await context.validate('/serviceValidate', { service: context.service(), ticket })).user;
  same([await name(second.ticket), await name(first.ticket)], [other.username, one.username], 'the users');
});

rule('another person signs in', 'MUST', '§2.1.1, §2.2.4: whoever signs in by renew is who the session is from then on', async (context) => {
  const [, other] = context.target.people;
  const client = await context.signedIn();
  const page = await context.login(client, { service: context.service(), renew: 'true' });
  const form = context.form(page);
  const fields = context.filled(form, other);
  const ticket = context.ticketOf(await context.submit(client, page, form, fields), context.service());
  same((await context.validate('/serviceValidate', { service: context.service(), ticket })).user, other.username, 'the user of the ticket');
  const later = await context.ticket(client, context.service('other'));
  same((await context.validate('/serviceValidate', { service: context.service('other'), ticket: later })).user, other.username, 'the user of the next ticket');
});

rule('warn', 'MUST', '§2.2.1: when warn was set, the person is asked before another service learns of them', async (context) => {
  const client = context.client();
  await context.signIn(client, { fields: { [context.target.login.warn]: 'true' } });
  const page = await context.login(client, { service: context.service() });
  holds(locationOf(page) === null && page.status === 200, `the browser is taken on without a word: ${page.status} ${locationOf(page) ?? ''}`);
  holds(!context.asks(page), 'a password is asked for, not a confirmation');
  const form = context.forms(page).find(({ fields, action }) => action.startsWith(context.url) && (fields.length > 0 || action.includes('service')));
  const direct = context.destination(page, context.service());
  const went = direct === null && form !== undefined ? await context.submit(client, page, form, context.filledIn(form)) : page;
  await context.valid('/serviceValidate', context.ticketOf(went, context.service()));
}, 'warn');

rule('no warn', 'MUST', '§2.2.1: without warn single sign-on is transparent', async (context) => {
  const page = await context.login(await context.signedIn(), { service: context.service() });
  holds(context.destination(page, context.service()) !== null, 'the browser is not taken on');
}, 'warn');

rule('warn is offered', 'OPTIONAL', '§2.1.3: the form has the parameter warn', async (context) => {
  const names = context.form(await context.login(context.client())).fields.map(({ name }) => name);
  holds(names.includes(context.target.login.warn), `the fields are ${names.join(', ')}`);
}, 'warn');

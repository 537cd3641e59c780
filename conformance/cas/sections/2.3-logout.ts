import { leadsTo, textOf } from '../html.ts';
import { locationOf } from '../client.ts';
import { holds, rulesOf, same, short } from '../rule.ts';

/** @see CAS Protocol 3.0.3 §2.3 */
const { rules, rule } = rulesOf('2.3');
export { rules };

rule('the session ends', 'MUST', '§2.3: after a logout no service ticket is obtained until primary credentials are presented again', async (context) => {
  const client = await context.signedIn();
  await context.ticket(client);
  await context.logout(client);
  holds(context.asks(await context.login(client, { service: context.service() })), 'the browser is still signed in');
  const page = await context.login(client, { service: context.service() });
  const form = context.form(page);
  context.ticketOf(await context.submit(client, page, form, context.filled(form, context.person)), context.service());
});

rule('the cookie is destroyed', 'MUST', '§2.3: the ticket-granting cookie is destroyed', async (context) => {
  const client = await context.signedIn();
  const cookie = await context.ticketGrantingCookie(client);
  await context.logout(client);
  holds(!client.cookies.all().some(({ name, value }) => name === cookie.name && value === cookie.value), `${cookie.name} is kept by the browser`);
});

rule('a kept cookie is dead', 'MUST', '§3.8.1: the ticket-granting ticket expires: a copy of the cookie made before the logout signs nobody in', async (context) => {
  const client = await context.signedIn();
  const kept = client.with(client.cookies.copy());
  await context.ticket(kept);
  await context.logout(client);
  holds(context.asks(await context.login(kept, { service: context.service() })), 'the kept cookie is still a session');
});

rule('a ticket that is on its way', 'SHOULD', '§2.3: a ticket that was not validated before the logout is not valid after it', async (context) => {
  const client = await context.signedIn();
  await context.valid('/serviceValidate', await context.ticket(client));
  const waiting = await context.ticket(client);
  await context.logout(client);
  context.refused(await context.validate('/serviceValidate', { service: context.service(), ticket: waiting }));
});

rule('other browsers stay', 'MUST', "§2.3: a client's session is destroyed, not those of other clients", async (context) => {
  const [leaving, staying] = [await context.signedIn(), await context.signedIn(context.target.people[1])];
  await context.logout(leaving);
  await context.ticket(staying);
});

rule('a page says so', 'MUST', '§2.3.2: without a service a page states that the person has been signed out', async (context) => {
  const page = await context.logout(await context.signedIn());
  same([page.status, context.asks(page)], [200, false], 'status, and whether a password is asked for');
  holds(textOf(page.body).length > 0, 'the page has no words');
});

rule('without a session', 'MUST', '§2.3.2: who has no session is shown the page too', async (context) => {
  const page = await context.logout(context.client());
  same(page.status, 200, 'status');
});

rule('to the service', 'MUST', '§2.3.2: with a registered service the browser is taken to it after the logout', async (context) => {
  const client = await context.signedIn();
  const page = await context.logout(client, { service: context.service() });
  const to = locationOf(page) ?? leadsTo(page).find((url) => url === context.service()) ?? null;
  same(to, context.service(), 'where the browser is taken');
  holds(context.asks(await context.login(client, { service: context.service() })), 'the browser is still signed in');
}, 'logoutRedirect');

rule('not to a stranger', 'MUST', '§2.3.2: only registered services are accepted for the redirect; the session ends all the same', async (context) => {
  const client = await context.signedIn();
  const page = await context.logout(client, { service: context.stranger });
  holds(!(locationOf(page) ?? '').startsWith(context.application.origin), `the browser is taken to ${locationOf(page)}`);
  holds(!leadsTo(page).some((url) => url.startsWith(context.stranger)), 'the page leads there');
  holds(context.asks(await context.login(client, { service: context.service() })), 'the browser is still signed in');
}, 'registry');

rule('url is ignored', 'MUST', '§2.3.1, §2.3.2: the parameter url of CAS 2 is ignored', async (context) => {
  const page = await context.logout(await context.signedIn(), { url: context.stranger });
  holds(!(locationOf(page) ?? '').startsWith(context.application.origin), `the browser is taken to ${locationOf(page)}`);
  holds(!leadsTo(page).some((url) => url.startsWith(context.stranger)), `the page leads there: ${short(textOf(page.body))}`);
});

rule('case of parameters', 'MUST', '§2.3.1: service is case-sensitive', async (context) => {
  const page = await context.logout(await context.signedIn(), { Service: context.service() });
  same((locationOf(page) ?? '').startsWith(context.application.origin), false, 'whether Service leads there');
}, 'logoutRedirect');

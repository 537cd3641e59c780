import { locationOf } from '../client.ts';
import { textOf } from '../html.ts';
import { holds, rulesOf, same, short } from '../rule.ts';
import type { Context } from '../context.ts';
import type { Page } from '../client.ts';

/** @see CAS Protocol 3.0.3 §2.1 */
const { rules, rule } = rulesOf('2.1');
export { rules };

const asks = (context: Context, page: Page): void => holds(context.asks(page), `no credentials are asked for: ${page.status} ${locationOf(page) ?? short(textOf(page.body))}`);

rule('no service, no session', 'SHOULD', '§2.1.1: without a service and without a session, credentials are asked for', async (context) => asks(context, await context.login(context.client())));

rule('no service, session', 'SHOULD', '§2.1.1: without a service but with a session, a message says that the person is already signed in', async (context) => {
  const page = await context.login(await context.signedIn());
  same([page.status, context.asks(page)], [200, false], 'status, and whether a password is asked for');
  holds(textOf(page.body).length > 0, 'the page has no words');
});

rule('service, no session', 'MUST', '§2.1.3: for a service and without a session, a form is shown', async (context) => asks(context, await context.login(context.client(), { service: context.service() })));

rule('service, session', 'MUST', '§2.1.5, §2.2.4: with a session the browser is taken to the service with a ticket, without being asked', async (context) => {
  const client = await context.signedIn();
  await context.valid('/serviceValidate', await context.ticket(client));
});

rule('single sign-on', 'MUST', '§2.1.5: a session that one service began opens another one', async (context) => {
  const { client } = await context.fresh(context.service());
  const other = context.service('other');
  await context.valid('/serviceValidate', await context.ticket(client, other), other);
});

rule('query of the service', 'MUST', '§2.2.4: the URL of the service is gone to as it was given, its own parameters kept', async (context) => {
  const service = context.service('query');
  const client = await context.signedIn();
  await context.valid('/serviceValidate', await context.ticket(client, service), service);
});

rule('unknown service, no session', 'MUST', '§2.2.1: in non-open mode a service that is not registered is denied with a message, at the latest when credentials were given for it', async (context) => {
  await context.fresh();
  const client = context.client();
  const page = await context.login(client, { service: context.stranger });
  const form = context.asks(page) ? context.form(page) : null;
  denied(context, form === null ? page : await context.submit(client, page, form, context.filled(form, context.person)));
}, 'registry');
rule('unknown service, session', 'MUST', '§2.2.1: the same with a session: no ticket is made for it', async (context) => {
  const client = await context.signedIn();
  await context.ticket(client);
  denied(context, await context.login(client, { service: context.stranger }));
}, 'registry');
rule('unknown service, at once', 'SHOULD', '§2.1.1: it is denied before anybody gives credentials for it', async (context) => {
  asks(context, await context.login(context.client(), { service: context.service() }));
  holds(!context.asks(await context.login(context.client(), { service: context.stranger })), 'credentials are asked for');
}, 'registry');

function denied(context: Context, page: Page): void {
  const to = context.destination(page, context.stranger) ?? '';
  holds(!to.startsWith(context.application.origin), `the browser is taken to ${to}`);
  holds(textOf(page.body).length > 10, 'there is no message');
}

rule('renew', 'MUST', '§2.1.1: renew asks for credentials in spite of a session', async (context) => {
  const client = await context.signedIn();
  await context.ticket(client);
  asks(context, await context.login(client, { service: context.service(), renew: 'true' }));
});

rule('renew is carried out', 'MUST', '§2.1.1: after renew the ticket comes from the presentation of primary credentials', async (context) => {
  const client = await context.signedIn();
  const page = await context.login(client, { service: context.service(), renew: 'true' });
  const form = context.form(page);
  const ticket = context.ticketOf(await context.submit(client, page, form, context.filled(form, context.person)), context.service());
  await context.valid('/serviceValidate', ticket, context.service(), { renew: 'true' });
});

rule('gateway, no session', 'MUST', '§2.1.1: gateway without a session goes to the service with no ticket', async (context) => {
  const page = await context.login(context.client(), { service: context.service(), gateway: 'true' });
  const location = locationOf(page);
  holds(location !== null, `no redirect: ${page.status} ${short(textOf(page.body))}`);
  same([location.replace(/[?]$/, ''), new URL(location).searchParams.has('ticket')], [context.service(), false], 'where to, and whether with a ticket');
});

rule('gateway keeps the query', 'MUST', '§2.1.1: gateway without a session goes to the URL that service specifies, with its own query', async (context) => {
  const page = await context.login(context.client(), { service: context.service('query'), gateway: 'true' });
  const location = locationOf(page);
  holds(location !== null, `no redirect: ${page.status} ${short(textOf(page.body))}`);
  const pairs = (url: string): [string, string][] => [...new URL(url).searchParams];
  same(pairs(location), pairs(context.service('query')), 'its parameters');
});

rule('gateway, session', 'OPTIONAL', '§2.1.1: gateway with a session goes to the service with a ticket', async (context) => {
  const client = await context.signedIn();
  const page = await context.login(client, { service: context.service(), gateway: 'true' });
  await context.valid('/serviceValidate', context.ticketOf(page, context.service()));
});

rule('gateway, no service', 'SHOULD', '§2.1.1: gateway without a service asks for credentials as if it were not there', async (context) => asks(context, await context.login(context.client(), { gateway: 'true' })));

rule('gateway, unknown service', 'MUST', '§2.2.1: gateway does not lead to a service that is not registered', async (context) => {
  const known = await context.login(context.client(), { service: context.service(), gateway: 'true' });
  same(locationOf(known)?.startsWith(context.service()), true, 'whether gateway leads to a registered service');
  const page = await context.login(context.client(), { service: context.stranger, gateway: 'true' });
  holds(!(locationOf(page) ?? '').startsWith(context.application.origin), `the browser is taken to ${locationOf(page)}`);
}, 'registry');

rule('gateway and renew', 'SHOULD', '§2.1.1: gateway is ignored when renew is set', async (context) => {
  const parameters = { service: context.service(), gateway: 'true', renew: 'true' };
  asks(context, await context.login(context.client(), parameters));
  asks(context, await context.login(await context.signedIn(), parameters));
});

rule('case of parameters', 'MUST', '§2.1.1: parameters are case-sensitive: SERVICE, RENEW and Gateway mean nothing', async (context) => {
  const client = await context.signedIn();
  await context.valid('/serviceValidate', context.ticketOf(await context.login(client, { service: context.service(), RENEW: 'true' }), context.service()));
  const elsewhere = await context.login(client, { SERVICE: context.service() });
  same(context.destination(elsewhere, context.service()), null, 'where SERVICE takes the browser');
  asks(context, await context.login(context.client(), { service: context.service(), Gateway: 'true' }));
});

rule('method=GET', 'OPTIONAL', '§2.1.1: method=GET is the redirect that is there without it', async (context) => {
  const page = await context.login(await context.signedIn(), { service: context.service(), method: 'GET' });
  await context.valid('/serviceValidate', context.ticketOf(page, context.service()));
});

rule('method=POST', 'MUST', '§2.1.1: method=POST sends the ticket to the service by a form that is posted', async (context) => {
  const page = await context.login(await context.signedIn(), { service: context.service(), method: 'POST' });
  await posted(context, page);
}, 'postMethod');

rule('method=POST after the form', 'MUST', '§2.2.1: method=POST holds also when credentials had to be asked for', async (context) => {
  await posted(context, await context.signIn(context.client(), { parameters: { service: context.service(), method: 'POST' } }));
}, 'postMethod');

async function posted(context: Context, page: Page): Promise<void> {
  const form = context.forms(page).find(({ action }) => action === context.service());
  holds(form !== undefined, `no form that leads to the service: ${page.status} ${locationOf(page) ?? short(textOf(page.body))}`);
  const ticket = form.fields.find(({ name }) => name === 'ticket')?.value;
  same([form.method, ticket !== undefined], ['POST', true], 'method of the form, and whether it carries a ticket');
  await context.valid('/serviceValidate', ticket!);
}

rule('method=HEADER', 'MUST', '§2.1.1: method=HEADER answers with service and ticket as headers', async (context) => {
  const page = await context.login(await context.signedIn(), { service: context.service(), method: 'HEADER' }, false);
  same([page.headers['service'], typeof page.headers['ticket']], [context.service(), 'string'], 'the headers service and ticket');
  await context.valid('/serviceValidate', String(page.headers['ticket']));
}, 'headerMethod');

rule('method=HEADER after the form', 'MUST', '§2.2.1: method=HEADER holds also when credentials had to be asked for', async (context) => {
  const page = await context.signIn(context.client(), { parameters: { service: context.service(), method: 'HEADER' } });
  same([page.headers['service'], typeof page.headers['ticket']], [context.service(), 'string'], 'the headers service and ticket');
}, 'headerMethod');

rule('method is no way round', 'MUST', '§2.2.1: no method brings a ticket to a service that is not registered', async (context) => {
  const client = await context.signedIn();
  for (const method of ['GET', 'POST', 'HEADER']) {
    const page = await context.login(client, { service: context.stranger, method });
    holds(!(locationOf(page) ?? '').startsWith(context.application.origin), `${method}: the browser is taken to ${locationOf(page)}`);
    holds(context.forms(page).every(({ action }) => !action.startsWith(context.application.origin)), `${method}: a form leads there`);
    holds(page.headers['ticket'] === undefined, `${method}: a ticket is in the headers`);
  }
}, 'registry');

rule('fields of the form', 'MUST', '§2.1.3, §2.2.2: the form has the parameters username and password', async (context) => {
  const names = context.form(await context.login(context.client())).fields.map(({ name }) => name);
  holds(['username', 'password'].every((name) => names.includes(name)), `the fields are ${names.join(', ')}`);
});

rule('lt of the form', 'OPTIONAL', '§2.1.3: the form has the parameter lt (said to be optional by §2.2.2 and §3.5)', async (context) => {
  const names = context.form(await context.login(context.client())).fields.map(({ name }) => name);
  holds(names.includes('lt'), `the fields are ${names.join(', ')}`);
}, 'loginTicket');

rule('form is posted', 'MUST', '§2.1.3: the form is submitted through POST to /login', async (context) => {
  const page = await context.login(context.client());
  const form = context.form(page);
  const bare = (url: string): string => url.split(/[?#;]/, 1)[0]!.replace(/\/$/, '');
  same([form.method, bare(form.action)], ['POST', context.address('/login')], 'method and address of the form');
});

rule('service in the form', 'MUST', '§2.1.3: the form carries the service as it was passed, as a field or in its address', async (context) => {
  for (const service of [context.service(), context.service('query')]) {
    const form = context.form(await context.login(context.client(), { service }));
    const carried = form.fields.find(({ name }) => name === 'service')?.value ?? new URL(form.action).searchParams.get('service');
    same(carried, service, 'the service in the form');
  }
});

import { holds, rulesOf, same, short } from '../rule.ts';
import type { Page } from '../client.ts';
import type { Context } from '../context.ts';
import type { Person } from '../target.ts';

/** Not in the protocol: the REST protocol of Apereo CAS, which many clients speak. @see https://apereo.github.io/cas/6.6.x/protocol/REST-Protocol.html */
const { rules, rule } = rulesOf('REST', 'rest');
export { rules };

const begin = (context: Context, { username, password }: Pick<Person, 'username' | 'password'> = context.person): Promise<Page> =>
  context.client().visit(context.address('/v1/tickets'), { method: 'POST', form: [['username', username], ['password', password]], follow: false });

async function granting(context: Context): Promise<string> {
  const page = await begin(context);
  same(page.status, 201, 'status');
  const location = page.headers.location;
  holds(location !== undefined, 'there is no Location');
  return new URL(location, page.url).href;
}

const ask = (context: Context, address: string, service = context.service()): Promise<Page> => context.client().visit(address, { method: 'POST', form: [['service', service]] });

rule('ticket-granting ticket', 'MUST', 'REST: name and password make a ticket-granting ticket: 201, its address in Location', async (context) => {
  const location = await granting(context);
  holds(/\/v1\/tickets\/TGT-[A-Za-z0-9-]+/.test(location), `Location is ${short(location)}`);
});
rule('service ticket', 'MUST', 'REST: a service posted to that address is answered by a ticket as plain text, which validates', async (context) => {
  const page = await ask(context, await granting(context));
  same([page.status, page.body.startsWith('ST-')], [200, true], 'status, and whether it is a ticket');
  await context.valid('/serviceValidate', page.body.trim());
});
rule('wrong password', 'MUST', 'REST: a wrong password makes none', async (context) => {
  await granting(context);
  const page = await begin(context, { ...context.person, password: 'wrong' });
  same([page.status >= 400 && page.status < 500, page.headers.location], [true, undefined], 'whether it is refused, and Location');
});
rule('unknown service', 'MUST', '§2.2.1: a service that is not registered gets no ticket', async (context) => {
  const location = await granting(context);
  const page = await ask(context, location, context.stranger);
  holds(page.status >= 400 && page.status < 500 && !page.body.includes('ST-'), `status ${page.status}: ${short(page.body)}`);
  same((await ask(context, location)).status, 200, 'a registered one');
}, 'registry');
rule('unknown ticket', 'MUST', 'REST: a ticket-granting ticket that never was gives none', async (context) => {
  const page = await ask(context, context.address('/v1/tickets/TGT-1-nothing'));
  holds(page.status >= 400 && page.status < 500, `status ${page.status}`);
});
rule('ends', 'MUST', '§3.8.1: after DELETE it gives no more tickets', async (context) => {
  const location = await granting(context);
  same((await ask(context, location)).status, 200, 'before');
  holds((await context.client().visit(location, { method: 'DELETE' })).status < 300, 'DELETE is refused');
  holds((await ask(context, location)).status >= 400, 'it still gives tickets');
});
rule('only a look', 'MUST', 'REST: /v1/users says whether name and password are right, and begins nothing', async (context) => {
  const ask = (password: string): Promise<Page> =>
    context.client().visit(context.address('/v1/users'), { method: 'POST', form: [['username', context.person.username], ['password', password]], follow: false });
  const [right, wrong] = [await ask(context.person.password), await ask('wrong')];
  same([right.status, wrong.status >= 400 && wrong.status < 500], [200, true], 'status, and whether a wrong password is refused');
  holds(!/TGT-|ST-/.test(right.body) && right.headers.location === undefined, 'the answer holds a ticket');
});

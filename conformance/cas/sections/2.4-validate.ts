import { holds, rulesOf, same, short } from '../rule.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 §2.4 */
const { rules, rule } = rulesOf('2.4');
export { rules };

const ask = async (context: Context, parameters: Readonly<Record<string, string>>): Promise<string> => (await context.ask('/validate', parameters)).body;

function isYes(body: string): void {
  holds(/^yes\n/.test(body), `not yes<LF>: ${short(body)}`);
}
function isNo(body: string): void {
  holds(/^no\n\n?$/.test(body), `not no<LF>: ${short(body)}`);
}

rule('yes', 'MUST', '§2.4.2: a valid ticket is answered by yes<LF>', async (context) => {
  isYes(await ask(context, { service: context.service(), ticket: (await context.fresh()).ticket }));
});
rule('name on the second line', 'SHOULD', '§2.4.2 of CAS 1.0: yes<LF>, then the name and <LF>, which CAS 1 clients read', async (context) => {
  same(await ask(context, { service: context.service(), ticket: (await context.fresh()).ticket }), `yes\n${context.person.username}\n`, 'the answer');
});
rule('plain text', 'SHOULD', '§2.4.2: the answer is plain text', async (context) => {
  const page = await context.ask('/validate', { service: context.service(), ticket: 'ST-nothing' });
  same(String(page.headers['content-type']).split(';')[0], 'text/plain', 'content type');
});
rule('no', 'MUST', '§2.4.2: a ticket that never was is answered by no<LF>', async (context) => {
  isYes(await ask(context, { service: context.service(), ticket: (await context.fresh()).ticket }));
  isNo(await ask(context, { service: context.service(), ticket: 'ST-1856339-aA5Yuvrxzpv8Tau1cYQ7' }));
});
rule('both are required', 'MUST', '§2.4.1: without service or without ticket the answer is no', async (context) => {
  isNo(await ask(context, { ticket: (await context.fresh()).ticket }));
  isNo(await ask(context, { service: context.service() }));
  isNo(await ask(context, {}));
});
rule('once', 'MUST', '§3.1.1: a ticket is valid for one attempt', async (context) => {
  const { ticket } = await context.fresh();
  isYes(await ask(context, { service: context.service(), ticket }));
  isNo(await ask(context, { service: context.service(), ticket }));
});
rule('another service', 'MUST', '§3.1.1: a ticket is not valid for another service, and after the attempt not for its own either', async (context) => {
  const { ticket } = await context.fresh();
  isNo(await ask(context, { service: context.service('other'), ticket }));
  isNo(await ask(context, { service: context.service(), ticket }));
});
rule('renew, from a session', 'MUST', '§2.4.1: with renew a ticket out of a session is not valid', async (context) => {
  const client = await context.signedIn();
  isYes(await ask(context, { service: context.service(), ticket: await context.ticket(client) }));
  isNo(await ask(context, { service: context.service(), ticket: await context.ticket(client), renew: 'true' }));
});
rule('renew, from credentials', 'MUST', '§2.4.1: with renew a ticket from primary credentials is valid', async (context) => {
  isYes(await ask(context, { service: context.service(), ticket: (await context.fresh()).ticket, renew: 'true' }));
});
rule('case of parameters', 'MUST', '§2.4.1: parameters are case-sensitive', async (context) => {
  const { ticket } = await context.fresh();
  isNo(await ask(context, { Service: context.service(), ticket }));
  isNo(await ask(context, { service: context.service(), TICKET: (await context.fresh()).ticket }));
});
rule('proxy ticket', 'MUST', '§2.4: a proxy ticket is refused', async (context) => {
  const { pgt } = await context.granted();
  isNo(await ask(context, { service: context.service('backend'), ticket: await context.proxyTicket(pgt) }));
}, 'proxy');

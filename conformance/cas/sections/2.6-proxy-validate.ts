import { holds, rulesOf, same } from '../rule.ts';
import { schemaFaults } from '../response-schema.ts';
import { documentOf } from '../service-response.ts';
import { validationTasks } from './validation-tasks.ts';

/** @see CAS Protocol 3.0.3 §2.6, §2.9 */
const plain = rulesOf('2.6', 'proxy');
const p3 = rulesOf('2.9', 'proxy', 'attributes');

for (const [section, path] of [[plain, '/proxyValidate'], [p3, '/p3/proxyValidate']] as const) {
  const { rule } = section;
  validationTasks(section, path, { proxyTickets: true });

  rule('proxy ticket', 'MUST', `§2.6: ${path} validates proxy tickets: the user, and the proxy by its pgtUrl`, async (context) => {
    const { pgt } = await context.granted();
    const response = await context.valid(path, await context.proxyTicket(pgt), context.service('backend'));
    same(response.proxies, [context.callback], 'proxies');
  });
  rule('schema of a proxy ticket', 'MUST', `Appendix A: the answer to a proxy ticket is valid by the schema (${path})`, async (context) => {
    const { pgt } = await context.granted();
    same(schemaFaults(documentOf((await context.valid(path, await context.proxyTicket(pgt), context.service('backend'))).page)), [], 'faults');
  });
  rule('chain of proxies', 'MUST', `§2.6.2: several proxies are listed in order, the most recently visited first (${path})`, async (context) => {
    const { pgt } = await context.granted();
    const second = context.service('second-proxy');
    const secondCallback = `${context.application.origin}/second-callback`;
    const chained = await context.grantedFor(path, await context.proxyTicket(pgt, second), second, secondCallback);
    const response = await context.valid(path, await context.proxyTicket(chained.pgt), context.service('backend'));
    same(response.proxies, [secondCallback, context.callback], 'proxies');
  });
  rule('proxy ticket in JSON', 'MUST', `§2.6.2: the proxies stand in a JSON answer too (${path})`, async (context) => {
    const { pgt } = await context.granted();
    same((await context.valid(path, await context.proxyTicket(pgt), context.service('backend'), { format: 'JSON' })).proxies, [context.callback], 'proxies');
  }, 'json');
  rule('proxy ticket once', 'MUST', `§3.2.1: a proxy ticket is valid for one attempt (${path})`, async (context) => {
    const { pgt } = await context.granted();
    const ticket = await context.proxyTicket(pgt);
    await context.valid(path, ticket, context.service('backend'));
    context.refused(await context.validate(path, { service: context.service('backend'), ticket }), 'INVALID_TICKET');
  });
  rule('proxy ticket elsewhere', 'MUST', `§2.7.1, §3.2.1: a proxy ticket is for its targetService alone, and spent by the attempt (${path})`, async (context) => {
    const { pgt } = await context.granted();
    const ticket = await context.proxyTicket(pgt);
    context.refused(await context.validate(path, { service: context.service(), ticket }), 'INVALID_SERVICE');
    context.refused(await context.validate(path, { service: context.service('backend'), ticket }), 'INVALID_TICKET');
  });
  rule('proxy ticket and renew', 'SHOULD', `§2.5.1: with renew a proxy ticket is refused: it does not come from the presentation of credentials (${path})`, async (context) => {
    const { pgt } = await context.granted();
    await context.valid(path, await context.proxyTicket(pgt), context.service('backend'));
    context.refused(await context.validate(path, { service: context.service('backend'), ticket: await context.proxyTicket(pgt), renew: 'true' }));
  });
}

p3.rule('attributes by proxy', 'MUST', '§2.9: for a proxy ticket attributes are returned as for a service ticket', async (context) => {
  const { pgt } = await context.granted();
  const { attributes } = await context.valid('/p3/proxyValidate', await context.proxyTicket(pgt), context.service('backend'));
  holds(attributes !== null, 'there are no attributes');
  for (const [name, values] of Object.entries(context.person.attributes)) same([...(attributes.get(name) ?? [])].sort(), [...values].sort(), name);
});

export const rules = [...plain.rules, ...p3.rules];

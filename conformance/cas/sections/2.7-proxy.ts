import { holds, rulesOf, same } from '../rule.ts';
import { schemaFaults } from '../response-schema.ts';
import { documentOf, readXml, type ServiceResponse } from '../service-response.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 §2.7 */
const { rules, rule } = rulesOf('2.7', 'proxy');
export { rules };

const proxy = async (context: Context, parameters: Readonly<Record<string, string>>): Promise<ServiceResponse> => readXml(await context.ask('/proxy', parameters));

/** By whatever element: that it is the right one is a rule of its own. */
function refused(response: ServiceResponse, ...codes: string[]): void {
  holds(response.outcome.endsWith('Failure'), `answered by ${response.outcome}`);
  holds(codes.length === 0 || codes.includes(response.code ?? ''), `the code is ${response.code}, not ${codes.join(' or ')}`);
}

rule('success', 'MUST', '§2.7.2: a proxy-granting ticket and a target give proxySuccess with a proxy ticket', async (context) => {
  const { pgt } = await context.granted();
  const response = await proxy(context, { pgt, targetService: context.service('backend') });
  same([response.outcome, response.proxyTicket !== null], ['proxySuccess', true], 'outcome, and whether there is a ticket');
  await context.valid('/proxyValidate', response.proxyTicket!, context.service('backend'));
});
rule('schema', 'MUST', 'Appendix A: success and failure are valid by the schema', async (context) => {
  const { pgt } = await context.granted();
  for (const parameters of [{ pgt, targetService: context.service('backend') }, { pgt: 'PGT-nothing', targetService: context.service('backend') }]) {
    same(schemaFaults(documentOf((await proxy(context, parameters)).page)), [], 'faults');
  }
});
rule('failure element', 'MUST', '§2.7.2, Appendix A: a failure is a proxyFailure', async (context) => {
  for (const parameters of [{}, { pgt: 'PGT-nothing', targetService: context.service('backend') }]) same((await proxy(context, parameters)).outcome, 'proxyFailure', 'the element');
});
rule('no pgt', 'MUST', '§2.7.3: without pgt: INVALID_REQUEST', async (context) => refused(await proxy(context, { targetService: context.service('backend') }), 'INVALID_REQUEST'));
rule('no target', 'MUST', '§2.7.3: without targetService: INVALID_REQUEST', async (context) => {
  const { pgt } = await context.granted();
  refused(await proxy(context, { pgt }), 'INVALID_REQUEST');
});
rule('neither', 'MUST', '§2.7.3: without both: INVALID_REQUEST', async (context) => refused(await proxy(context, {}), 'INVALID_REQUEST'));
rule('case of parameters', 'MUST', '§2.7.1: parameters are case-sensitive', async (context) => {
  const { pgt } = await context.granted();
  refused(await proxy(context, { pgt, targetservice: context.service('backend') }), 'INVALID_REQUEST');
  refused(await proxy(context, { PGT: pgt, targetService: context.service('backend') }), 'INVALID_REQUEST');
});
rule('unknown pgt', 'MUST', '§2.7.2: a proxy-granting ticket that never was: a failure with a code', async (context) => {
  const response = await proxy(context, { pgt: 'PGT-490649-W81Y9Sa2vTM7hda7xNTkezTbVge4CUsybAr', targetService: context.service('backend') });
  refused(response);
  holds((response.code ?? '') !== '', 'there is no code');
});
rule('code of an unknown pgt', 'SHOULD', '§2.5.3, §2.7.3: it is a ticket that is not valid: INVALID_TICKET', async (context) => {
  refused(await proxy(context, { pgt: 'PGT-490649-W81Y9Sa2vTM7hda7xNTkezTbVge4CUsybAr', targetService: context.service('backend') }), 'INVALID_TICKET');
});
rule('details', 'SHOULD', '§2.7.3: a failure has a message in its body', async (context) => holds((await proxy(context, {})).description.length > 3, 'the body is empty'));
rule('unknown target', 'MUST', '§2.7.3: a target that is not registered: UNAUTHORIZED_SERVICE', async (context) => {
  const { pgt } = await context.granted();
  await context.proxyTicket(pgt);
  refused(await proxy(context, { pgt, targetService: context.stranger }), 'UNAUTHORIZED_SERVICE');
}, 'registry');
rule('many tickets', 'OPTIONAL', '§3.3.1: a proxy-granting ticket gives several proxy tickets', async (context) => {
  const { pgt } = await context.granted();
  const tickets = [await context.proxyTicket(pgt), await context.proxyTicket(pgt)];
  same(new Set(tickets).size, 2, 'different tickets');
  for (const ticket of tickets) await context.valid('/proxyValidate', ticket, context.service('backend'));
});
rule('only a pgt', 'MUST', '§2.7.1: neither a service ticket nor a pgtIou nor a proxy ticket stands in for a proxy-granting ticket', async (context) => {
  const { pgt, pgtIou } = await context.granted();
  const { ticket } = await context.fresh(context.service('proxy'));
  for (const other of [ticket, pgtIou, await context.proxyTicket(pgt)]) refused(await proxy(context, { pgt: other, targetService: context.service('backend') }));
  await context.proxyTicket(pgt);
});
rule('ends with the session', 'MUST', '§3.3.1: a proxy-granting ticket expires when the person signs out', async (context) => {
  const { pgt, client } = await context.granted();
  await context.proxyTicket(pgt);
  await context.logout(client);
  refused(await proxy(context, { pgt, targetService: context.service('backend') }));
});
rule('a chain ends with the session', 'MUST', '§3.3.1: one that was got by a proxy ticket too', async (context) => {
  const { pgt, client } = await context.granted();
  const second = context.service('second-proxy');
  const chained = await context.grantedFor('/proxyValidate', await context.proxyTicket(pgt, second), second, `${context.application.origin}/second-callback`);
  await context.proxyTicket(chained.pgt);
  await context.logout(client);
  refused(await proxy(context, { pgt: chained.pgt, targetService: context.service('backend') }));
});

import { attributesFaults, schemaFaults } from '../response-schema.ts';
import { documentOf } from '../service-response.ts';
import { holds, same, short, type Rule, type rulesOf } from '../rule.ts';
import { child } from '../xml.ts';
import type { Context } from '../context.ts';

type Section = ReturnType<typeof rulesOf>;

/**
 * What every validation endpoint does. /proxyValidate and the two of /p3 MUST perform the same tasks as /serviceValidate (§2.6,
 * §2.8, §2.9), so each rule is asked of each of them.
 */
export function validationTasks({ rule }: Pick<Section, 'rule'>, path: string, { proxyTickets }: { proxyTickets: boolean }): void {
  const task = (id: string, level: Rule['level'], text: string, run: (context: Context) => Promise<void>, ...needs: Rule['needs']): void => rule(id, level, `${text} (${path})`, run, ...needs);
  const validate = (context: Context, parameters: Readonly<Record<string, string>>): ReturnType<Context['validate']> => context.validate(path, parameters);

  task('success', 'MUST', '§2.5.2: a valid ticket is answered by authenticationSuccess with the user', async (context) => {
    await context.valid(path, (await context.fresh()).ticket);
  });
  task('failure', 'MUST', '§2.5.2, §2.5.3: a ticket that never was is answered by authenticationFailure with the code INVALID_TICKET', async (context) => {
    await context.valid(path, (await context.fresh()).ticket);
    context.refused(await validate(context, { service: context.service(), ticket: 'ST-1856339-aA5Yuvrxzpv8Tau1cYQ7' }), 'INVALID_TICKET');
  });
  task('schema of success', 'MUST', 'Appendix A: the answer to a valid ticket is valid by the schema (attributes apart)', async (context) => {
    same(schemaFaults(documentOf((await context.valid(path, (await context.fresh()).ticket)).page)), [], 'faults');
  });
  task('schema of failure', 'MUST', 'Appendix A: the answer to a bad ticket is valid by the schema', async (context) => {
    same(schemaFaults(documentOf((await validate(context, { service: context.service(), ticket: 'ST-nothing' })).page)), [], 'faults');
  });
  task('schema of attributes', 'MUST', 'Appendix A: an attributes element, where there is one, is valid by the schema', async (context) => {
    const root = documentOf((await context.valid(path, (await context.fresh()).ticket)).page);
    const attributes = child(child(root, 'authenticationSuccess')!, 'attributes');
    if (path.startsWith('/p3')) holds(attributes !== null, 'there is no attributes element');
    if (attributes !== null) same(attributesFaults(attributes), [], 'faults');
  }, 'attributes');
  task('once', 'MUST', '§3.1.1: a ticket is valid for one attempt', async (context) => {
    const { ticket } = await context.fresh();
    await context.valid(path, ticket);
    context.refused(await validate(context, { service: context.service(), ticket }), 'INVALID_TICKET');
  });
  task('another service', 'MUST', '§2.5.3: a ticket of another service is answered by INVALID_SERVICE', async (context) => {
    await context.valid(path, (await context.fresh()).ticket);
    context.refused(await validate(context, { service: context.service('other'), ticket: (await context.fresh()).ticket }), 'INVALID_SERVICE');
  });
  task('spent by a failure', 'MUST', '§2.5.3, §3.1.1: after INVALID_SERVICE the ticket is not valid at its own service either', async (context) => {
    const { ticket } = await context.fresh();
    context.refused(await validate(context, { service: context.service('other'), ticket }));
    context.refused(await validate(context, { service: context.service(), ticket }), 'INVALID_TICKET');
  });
  task('only that service', 'MUST', '§3.1.1: a ticket is valid for the identifier given to /login, not for one that resembles it', async (context) => {
    await context.valid(path, (await context.fresh()).ticket);
    const service = context.service();
    for (const other of [`${service}/more`, service.toUpperCase(), service.replace('/service', '/Service'), `${service}?more=1`, service.replace('https:', 'http:'), `${service}@elsewhere.example/`]) {
      const { ticket } = await context.fresh();
      const response = await validate(context, { service: other, ticket });
      holds(response.outcome === 'authenticationFailure', `accepted for ${other}`);
    }
  });
  for (const [id, what, given] of [
    ['no ticket', 'without ticket', (service: string) => ({ service })],
    ['no service', 'without service', (_service: string, ticket: string) => ({ ticket })],
    ['neither', 'without both', () => ({})],
    ['empty', 'with both empty', () => ({ service: '', ticket: '' })],
  ] as const) {
    task(id, 'MUST', `§2.5.3: ${what} the answer is INVALID_REQUEST`, async (context) => {
      const { ticket } = await context.fresh();
      context.refused(await validate(context, given(context.service(), ticket) as Record<string, string>), 'INVALID_REQUEST');
    });
  }
  task('case of parameters', 'MUST', '§2.5.1: parameters are case-sensitive', async (context) => {
    const { ticket } = await context.fresh();
    context.refused(await validate(context, { Service: context.service(), ticket }), 'INVALID_REQUEST');
    context.refused(await validate(context, { service: context.service(), TICKET: (await context.fresh()).ticket }), 'INVALID_REQUEST');
    const client = await context.signedIn();
    await context.valid(path, await context.ticket(client), context.service(), { RENEW: 'true' });
  });
  task('renew, from a session', 'MUST', '§2.5.1, §2.5.3: with renew a ticket out of a session is refused, by INVALID_TICKET (or INVALID_TICKET_SPEC)', async (context) => {
    const client = await context.signedIn();
    await context.valid(path, await context.ticket(client));
    context.refused(await validate(context, { service: context.service(), ticket: await context.ticket(client), renew: 'true' }), 'INVALID_TICKET', 'INVALID_TICKET_SPEC');
  });
  task('spent by renew', 'MUST', '§3.1.1: a ticket refused because of renew is not valid without it either', async (context) => {
    const ticket = await context.ticket(await context.signedIn());
    context.refused(await validate(context, { service: context.service(), ticket, renew: 'true' }));
    context.refused(await validate(context, { service: context.service(), ticket }), 'INVALID_TICKET');
  });
  task('renew, from credentials', 'MUST', '§2.5.1: with renew a ticket from primary credentials is valid', async (context) => {
    await context.valid(path, (await context.fresh()).ticket, context.service(), { renew: 'true' });
  });
  task('format=XML', 'MUST', '§2.5.1: format=XML answers in XML', async (context) => {
    await context.valid(path, (await context.fresh()).ticket, context.service(), { format: 'XML' });
  }, 'json');
  task('format=JSON, success', 'MUST', '§2.5.1, §2.5.2: format=JSON answers in JSON', async (context) => {
    const response = await context.valid(path, (await context.fresh()).ticket, context.service(), { format: 'JSON' });
    same(String(response.page.headers['content-type']).split(';')[0], 'application/json', 'content type');
  }, 'json');
  task('format=JSON, failure', 'MUST', '§2.5.2: a failure too, with code and description', async (context) => {
    const response = await validate(context, { service: context.service(), ticket: 'ST-nothing', format: 'JSON' });
    context.refused(response, 'INVALID_TICKET');
    holds(response.description !== '', 'there is no description');
  }, 'json');
  task('format=JSON, required', 'MUST', '§2.5.1, §2.5.3: INVALID_REQUEST too', async (context) => {
    context.refused(await validate(context, { service: context.service(), format: 'JSON' }), 'INVALID_REQUEST');
  }, 'json');
  task('another format', 'MUST', '§2.5.1: a format that the server does not know is answered by an error code', async (context) => {
    const page = await context.ask(path, { service: context.service(), ticket: (await context.fresh()).ticket, format: 'YAML' });
    holds(/authenticationFailure/.test(page.body) && /code/.test(page.body), `no error code: ${page.status} ${short(page.body)}`);
    holds(!/authenticationSuccess/.test(page.body), 'the ticket was accepted');
  });
  task('details', 'SHOULD', '§2.5.3: a failure has a message in its body', async (context) => {
    for (const parameters of [{ service: context.service(), ticket: 'ST-nothing' }, { service: context.service() }]) {
      holds((await validate(context, parameters as Record<string, string>)).description.length > 3, 'the body of authenticationFailure is empty');
    }
  });
  task('served as XML', 'SHOULD', '§2.5.2: the answer is served as XML, not as a page', async (context) => {
    const { page } = await context.valid(path, (await context.fresh()).ticket);
    holds(/^(application|text)\/xml\b/.test(String(page.headers['content-type'])), `content type ${page.headers['content-type']}`);
  });
  task('no proxies', 'MUST', '§2.6.2: for a service ticket there are no proxies', async (context) => {
    same((await context.valid(path, (await context.fresh()).ticket)).proxies, null, 'proxies');
  });
  task('no callback asked for', 'MUST', '§2.5.4: without pgtUrl there is no proxyGrantingTicket', async (context) => {
    same((await context.valid(path, (await context.fresh()).ticket)).pgtIou, null, 'proxyGrantingTicket');
  });

  if (proxyTickets) return;
  task('proxy ticket', 'MUST', '§2.5: a proxy ticket is never answered by a success', async (context) => {
    const { pgt } = await context.granted();
    const ticket = await context.proxyTicket(pgt);
    context.refused(await validate(context, { service: context.service('backend'), ticket }));
    const twin = await context.proxyTicket(pgt);
    same((await context.validate('/proxyValidate', { service: context.service('backend'), ticket: twin })).outcome, 'authenticationSuccess', 'the same at /proxyValidate');
  }, 'proxy');
  task('proxy ticket explained', 'SHOULD', '§2.5: the message explains that a proxy ticket was passed', async (context) => {
    const { pgt } = await context.granted();
    const { description } = await validate(context, { service: context.service('backend'), ticket: await context.proxyTicket(pgt) });
    holds(/prox/i.test(description), `the message is ${short(description)}`);
  }, 'proxy');
}

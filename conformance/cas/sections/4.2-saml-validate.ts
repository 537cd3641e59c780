import { DATE_TIME } from '../response-schema.ts';
import { documentOf } from '../service-response.ts';
import { holds, rulesOf, same, short } from '../rule.ts';
import { descendants, type Element } from '../xml.ts';
import type { Page } from '../client.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 §4.2 */
const { rules, rule } = rulesOf('4.2', 'samlValidate');
export { rules };

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const PROTOCOL = 'urn:oasis:names:tc:SAML:1.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:1.0:assertion';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The request of §4.2.4. */
export function samlRequest(ticket: string, id = '_192.168.16.51.1024506224022'): string {
  return (
    `<SOAP-ENV:Envelope xmlns:SOAP-ENV="${SOAP}"><SOAP-ENV:Header/><SOAP-ENV:Body>` +
    `<samlp:Request xmlns:samlp="${PROTOCOL}" MajorVersion="1" MinorVersion="1" RequestID="${id}" IssueInstant="${new Date().toISOString()}">` +
    `<samlp:AssertionArtifact>${escaped(ticket)}</samlp:AssertionArtifact></samlp:Request></SOAP-ENV:Body></SOAP-ENV:Envelope>`
  );
}

export function samlValidate(context: Context, ticket: string, target: string | null, body = samlRequest(ticket)): Promise<Page> {
  const address = context.address('/samlValidate', target === null ? {} : { TARGET: target });
  return context.client().visit(address, { method: 'POST', body, headers: { 'content-type': 'text/xml', accept: 'text/xml', soapaction: 'http://www.oasis-open.org/committees/security' } });
}

const statusOf = (root: Element): string => (descendants(root, 'StatusCode', PROTOCOL)[0]?.attributes.get('Value') ?? '').replace(/^.*:/, '');
const nameOf = (root: Element): string[] => [...new Set(descendants(root, 'NameIdentifier', ASSERTION).map(({ text }) => text.trim()))];

async function accepted(context: Context): Promise<Element> {
  const root = documentOf(await samlValidate(context, (await context.fresh()).ticket, context.service()));
  same(statusOf(root), 'Success', 'the status');
  return root;
}

/** No assertion, and if it is SAML no success. */
function refused(page: Page): void {
  holds(page.status < 500, `status ${page.status}: ${short(page.body)}`);
  holds(!/Assertion(ID)?\b[^>]*>/.test(page.body.replace(/AssertionArtifact/g, '')), `there is an assertion: ${short(page.body)}`);
  holds(!/Value="[^"]*Success"/.test(page.body), 'the status is Success');
}

rule('success', 'MUST', '§4.2.5: a valid ticket is answered by a SAML 1.1 response with the status Success and the user', async (context) => {
  same(nameOf(await accepted(context)), [context.person.username], 'the NameIdentifier');
});
rule('in SOAP', 'MUST', '§4.2.5: the response stands in the body of a SOAP envelope', async (context) => {
  const root = await accepted(context);
  same([root.local, root.uri], ['Envelope', SOAP], 'the root');
  const [body] = root.children.filter(({ local }) => local === 'Body');
  same(body?.children.map(({ local, uri }) => [local, uri]), [['Response', PROTOCOL]], 'what the body holds');
});
rule('version and times', 'MUST', '§4.2.5: response and assertion say 1.1, who they are and when they were issued', async (context) => {
  const root = await accepted(context);
  for (const [element, id] of [[descendants(root, 'Response', PROTOCOL)[0], 'ResponseID'], [descendants(root, 'Assertion', ASSERTION)[0], 'AssertionID']] as const) {
    holds(element !== undefined, `there is no element with ${id}`);
    same([element.attributes.get('MajorVersion'), element.attributes.get('MinorVersion')], ['1', '1'], `version of what has ${id}`);
    holds((element.attributes.get(id) ?? '') !== '', `there is no ${id}`);
    holds(DATE_TIME.test(element.attributes.get('IssueInstant') ?? ''), `IssueInstant is ${short(element.attributes.get('IssueInstant') ?? null)}`);
  }
});
rule('audience', 'MUST', '§4.2.5: the assertion is for the service, and for a time', async (context) => {
  const root = await accepted(context);
  same(descendants(root, 'Audience', ASSERTION).map(({ text }) => text.trim()), [context.service()], 'the audience');
  const [conditions] = descendants(root, 'Conditions', ASSERTION);
  for (const name of ['NotBefore', 'NotOnOrAfter']) holds(DATE_TIME.test(conditions?.attributes.get(name) ?? ''), `${name} is ${short(conditions?.attributes.get(name) ?? null)}`);
});
rule('statements', 'MUST', '§4.2.5: there is an authentication statement with method and instant', async (context) => {
  const [statement] = descendants(await accepted(context), 'AuthenticationStatement', ASSERTION);
  holds(statement !== undefined, 'there is no AuthenticationStatement');
  holds((statement.attributes.get('AuthenticationMethod') ?? '').startsWith('urn:'), 'AuthenticationMethod is no URN');
  holds(DATE_TIME.test(statement.attributes.get('AuthenticationInstant') ?? ''), 'AuthenticationInstant is no time');
});
rule('attributes', 'MUST', '§4.2: attributes of the person are released', async (context) => {
  const root = await accepted(context);
  for (const [name, values] of Object.entries(context.person.attributes)) {
    const found = descendants(root, 'Attribute', ASSERTION).filter(({ attributes }) => attributes.get('AttributeName') === name);
    same(found.flatMap((one) => one.children.map(({ text }) => text.trim())).sort(), [...values].sort(), name);
  }
}, 'attributes');
rule('served as XML', 'SHOULD', '§4.2: the answer is served as XML', async (context) => {
  const page = await samlValidate(context, (await context.fresh()).ticket, context.service());
  holds(/^(text|application)\/(soap\+)?xml\b/.test(String(page.headers['content-type'])), `content type ${page.headers['content-type']}`);
});
rule('unknown ticket', 'MUST', '§4.2.5: a ticket that never was is no Success', async (context) => {
  await accepted(context);
  refused(await samlValidate(context, 'ST-1-u4hrm3td92cLxpCvrjylcas.example.com', context.service()));
});
rule('failure is SAML', 'MUST', '§4.2: a failure is a SAML response too', async (context) => {
  const root = documentOf(await samlValidate(context, 'ST-nothing', context.service()));
  holds(descendants(root, 'StatusCode', PROTOCOL).length > 0, 'there is no StatusCode');
});
rule('once', 'MUST', '§3.1.1: a ticket is valid for one attempt', async (context) => {
  const { ticket } = await context.fresh();
  same(statusOf(documentOf(await samlValidate(context, ticket, context.service()))), 'Success', 'the first time');
  refused(await samlValidate(context, ticket, context.service()));
});
rule('once over all endpoints', 'MUST', '§3.1.1: an attempt at /serviceValidate is an attempt', async (context) => {
  const { ticket } = await context.fresh();
  await context.valid('/serviceValidate', ticket);
  refused(await samlValidate(context, ticket, context.service()));
});
rule('another target', 'MUST', '§4.2.1: TARGET must match the service, and the ticket is spent by the attempt', async (context) => {
  const { ticket } = await context.fresh();
  refused(await samlValidate(context, ticket, context.service('other')));
  refused(await samlValidate(context, ticket, context.service()));
});
rule('no target', 'MUST', '§4.2.1: without TARGET there is no Success', async (context) => refused(await samlValidate(context, (await context.fresh()).ticket, null)));
rule('only POST', 'MUST', '§4.2.2: a GET is no request', async (context) => {
  const { ticket } = await context.fresh();
  refused(await context.ask('/samlValidate', { TARGET: context.service(), ticket, SAMLart: ticket }));
});
rule('not XML', 'MUST', '§4.2.2: a body that is not XML, or not a request, is refused without a fault of the server', async (context) => {
  for (const body of ['', 'nonsense', '<a>', '<a/>', `<SOAP-ENV:Envelope xmlns:SOAP-ENV="${SOAP}"><SOAP-ENV:Body/></SOAP-ENV:Envelope>`]) refused(await samlValidate(context, '', context.service(), body));
});
rule('entities', 'MUST', '§4.2.2: a document type in the request is not expanded', async (context) => {
  const { ticket } = await context.fresh();
  const body = `<!DOCTYPE x [<!ENTITY t "${ticket}"><!ENTITY f SYSTEM "file:///etc/hostname">]>${samlRequest('TICKET').replace('TICKET', '&t;&f;')}`;
  refused(await samlValidate(context, ticket, context.service(), body));
});

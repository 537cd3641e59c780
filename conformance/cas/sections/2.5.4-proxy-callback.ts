import { holds, rulesOf, same, short } from '../rule.ts';
import { CALLBACK, CALLBACK_REDIRECT, CALLBACK_REDIRECTED, CALLBACK_STATUS } from '../services.ts';
import { schemaFaults } from '../response-schema.ts';
import { documentOf, type ServiceResponse } from '../service-response.ts';
import type { Context } from '../context.ts';
import type { Listener } from '../listener.ts';

/** @see CAS Protocol 3.0.3 §2.5.4 */
const { rules, rule } = rulesOf('2.5.4', 'proxy');
export { rules };

const PATHS = ['/serviceValidate', '/proxyValidate', '/p3/serviceValidate', '/p3/proxyValidate'];
const ENDPOINTS = ['/serviceValidate', '/p3/proxyValidate'];

for (const path of PATHS) {
  rule(`issued by ${path}`, 'MUST', `§2.5.4: ${path} calls the pgtUrl by GET with pgtId and pgtIou, and puts that pgtIou into the answer`, async (context) => {
    const { pgt, pgtIou } = await context.granted(path);
    const [call] = context.callbacks().filter(({ query }) => query.get('pgtIou') === pgtIou);
    same(call?.method, 'GET', 'method of the call');
    await context.proxyTicket(pgt);
  });
}

rule('schema', 'MUST', 'Appendix A: an answer with a proxyGrantingTicket is valid by the schema', async (context) => {
  for (const path of PATHS) same(schemaFaults(documentOf((await context.granted(path)).response.page)), [], `faults of ${path}`);
});

rule('in JSON', 'MUST', '§2.5.2: the pgtIou stands in a JSON answer too', async (context) => {
  const { ticket } = await context.fresh(context.service('proxy'));
  const response = await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl: context.callback, format: 'JSON' });
  holds(response.pgtIou !== null, `no proxyGrantingTicket: ${short(response.page.body)}`);
  same(context.callbacks().some(({ query }) => query.get('pgtIou') === response.pgtIou), true, 'whether the callback was told it');
}, 'json');

rule('parameters are kept', 'MUST', '§2.5.4: parameters that the pgtUrl has are preserved', async (context) => {
  const { pgtIou } = await context.granted('/serviceValidate', `${context.callback}?kept=1&also=%26`);
  const call = context.callbacks().find(({ query }) => query.get('pgtIou') === pgtIou);
  same([call?.query.get('kept'), call?.query.get('also')], ['1', '&'], 'the parameters that came');
});

rule('only by the callback', 'MUST', '§2.5.4: the proxy-granting ticket is passed to the callback alone, not in the answer', async (context) => {
  const { pgt, response } = await context.granted();
  same([response.page.body.includes(pgt), JSON.stringify(response.page.headers).includes(pgt)], [false, false], 'whether the answer holds it');
});

/** §2.5.4: no proxyGrantingTicket in the answer, nothing called, and a good callback works beside it. */
async function notGranted(context: Context, path: string, pgtUrl: string, { code, listener }: { code?: string; listener?: Listener } = {}): Promise<ServiceResponse> {
  await context.granted(path);
  const before = listener?.heard.length ?? 0;
  const { ticket } = await context.fresh(context.service('proxy'));
  const response = await context.validate(path, { service: context.service('proxy'), ticket, pgtUrl });
  same(response.pgtIou, null, 'proxyGrantingTicket');
  if (listener !== undefined) same(listener.heard.length - before, 0, 'calls that were made');
  if (code !== undefined) context.refused(response, code);
  return response;
}

for (const path of ENDPOINTS) {
  rule(`http, ${path}`, 'MUST', `§2.5.4: a pgtUrl that is not https is not called (${path})`, async (context) => {
    await notGranted(context, path, context.applications.clear.origin + CALLBACK, { listener: context.applications.clear });
  });
  rule(`untrusted, ${path}`, 'MUST', `§2.5.4: a certificate that no trusted authority signed: nothing is told to it (${path})`, async (context) => {
    await notGranted(context, path, context.applications.untrusted.origin + CALLBACK, { listener: context.applications.untrusted });
  });
  rule(`expired, ${path}`, 'MUST', `§2.5.4: a certificate that has expired: nothing is told to it (${path})`, async (context) => {
    await notGranted(context, path, context.applications.expired.origin + CALLBACK, { listener: context.applications.expired });
  });
  rule(`another name, ${path}`, 'MUST', `§2.5.4: a certificate of another name: nothing is told to it (${path})`, async (context) => {
    await notGranted(context, path, context.applications.misnamed.origin + CALLBACK, { listener: context.applications.misnamed });
  });
  rule(`nobody there, ${path}`, 'MUST', `§2.5.4: a pgtUrl that does not answer: no proxyGrantingTicket (${path})`, async (context) => {
    await notGranted(context, path, context.applications.nobody + CALLBACK);
  });
  for (const status of CALLBACK_STATUS) {
    rule(`answers ${status}, ${path}`, 'MUST', `§2.5.4: a callback that answers ${status}: no proxyGrantingTicket (${path})`, async (context) => {
      const callback = `${CALLBACK}-${status}`;
      context.application.answer(callback, { status });
      await notGranted(context, path, context.application.origin + callback);
      holds(context.application.heard.some((heard) => heard.path === callback), 'it was not called at all');
    });
  }
}

rule('code of http', 'MUST', '§2.5.3, §2.5.4: a pgtUrl that is not https is answered by INVALID_PROXY_CALLBACK', async (context) => {
  await notGranted(context, '/serviceValidate', context.applications.clear.origin + CALLBACK, { code: 'INVALID_PROXY_CALLBACK' });
});
rule('code of untrusted', 'MUST', '§2.5.4: without peer trust the validation fails, by INVALID_PROXY_CALLBACK', async (context) => {
  await notGranted(context, '/serviceValidate', context.applications.untrusted.origin + CALLBACK, { code: 'INVALID_PROXY_CALLBACK' });
});
rule('code of unresponsive', 'MUST', '§2.5.4: when the endpoint does not respond the validation fails, by INVALID_PROXY_CALLBACK', async (context) => {
  await notGranted(context, '/serviceValidate', context.applications.nobody + CALLBACK, { code: 'INVALID_PROXY_CALLBACK' });
});
rule('code of a status', 'OPTIONAL', '§2.5.4 step 2: an unacceptable status fails the validation by an error code (step 3 only withholds the proxyGrantingTicket)', async (context) => {
  const callback = `${CALLBACK}-500`;
  context.application.answer(callback, { status: 500 });
  await notGranted(context, '/serviceValidate', context.application.origin + callback, { code: 'INVALID_PROXY_CALLBACK' });
});

rule('redirects', 'MUST', '§2.5.4: if a redirect of the callback is followed, the pgtUrl as it was passed stays the name of the proxy', async (context) => {
  const pgtUrl = context.application.origin + CALLBACK_REDIRECT;
  context.application.answer(CALLBACK_REDIRECT, { status: 302, headers: { location: context.application.origin + CALLBACK_REDIRECTED } });
  await context.granted();
  const { ticket } = await context.fresh(context.service('proxy'));
  const response = await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl });
  if (response.pgtIou === null) return;
  const told = [...context.callbacks(CALLBACK_REDIRECT), ...context.callbacks(CALLBACK_REDIRECTED)].find(({ query }) => query.get('pgtIou') === response.pgtIou);
  const proxied = await context.proxyTicket(told?.query.get('pgtId') ?? '');
  same((await context.validate('/proxyValidate', { service: context.service('backend'), ticket: proxied })).proxies, [pgtUrl], 'proxies');
});

rule('not an allowed proxy', 'MUST', '§2.5.3: a service that may not act as a proxy is answered by UNAUTHORIZED_SERVICE_PROXY, and nothing is called', async (context) => {
  await context.granted();
  const { ticket } = await context.fresh();
  const before = context.callbacks().length;
  const response = await context.validate('/serviceValidate', { service: context.service(), ticket, pgtUrl: context.callback });
  same([response.pgtIou, context.callbacks().length - before], [null, 0], 'proxyGrantingTicket, and calls that were made');
  context.refused(response, 'UNAUTHORIZED_SERVICE_PROXY');
}, 'registry');

rule('unknown callback', 'SHOULD', '§2.5.3: a pgtUrl that is not one of the service is answered by INVALID_PROXY_CALLBACK, and not called', async (context) => {
  await context.granted();
  const { ticket } = await context.fresh(context.service('proxy'));
  const response = await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl: `${context.application.origin}/nobody` });
  same([response.pgtIou, context.callbacks('/nobody').length], [null, 0], 'proxyGrantingTicket, and calls that were made');
  context.refused(response, 'INVALID_PROXY_CALLBACK');
}, 'registry');

rule('not for a bad ticket', 'MUST', '§2.5.4: a callback is called upon the validation of a ticket, not for one that is refused', async (context) => {
  await context.granted();
  const before = context.callbacks().length;
  context.refused(await context.validate('/serviceValidate', { service: context.service('proxy'), ticket: 'ST-nothing', pgtUrl: context.callback }));
  const { ticket } = await context.fresh();
  context.refused(await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl: context.callback }));
  same(context.callbacks().length, before, 'calls that were made');
});

rule('once', 'MUST', '§3.1.1: a ticket whose callback failed is spent', async (context) => {
  const { ticket } = await context.fresh(context.service('proxy'));
  await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl: context.applications.untrusted.origin + CALLBACK });
  context.refused(await context.validate('/serviceValidate', { service: context.service('proxy'), ticket }), 'INVALID_TICKET');
});

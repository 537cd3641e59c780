import { holds, rulesOf, same, short } from '../rule.ts';
import { samlValidate } from './4.2-saml-validate.ts';
import type { Context } from '../context.ts';
import type { Client } from '../client.ts';

/** @see CAS Protocol 3.0.3 §4.1 */
const { rules, rule } = rulesOf('4.1', 'rememberMe');
export { rules };

async function remembered(context: Context): Promise<Client> {
  const client = context.client();
  const page = await context.login(client);
  const form = context.form(page);
  const box = form.fields.find(({ name }) => name === context.target.login.rememberMe);
  holds(box !== undefined, `the form has no ${context.target.login.rememberMe}: ${form.fields.map(({ name }) => name).join(', ')}`);
  await context.submit(client, page, form, context.filled(form, context.person, { [box.name]: box.value || 'true' }));
  return client;
}

rule('a checkbox', 'MUST', '§4.1.1: the form has a checkbox, and it is not checked', async (context) => {
  const form = context.form(await context.login(context.client()));
  const box = form.fields.find(({ name, type }) => name === context.target.login.rememberMe && type === 'checkbox');
  holds(box !== undefined, `the fields are ${form.fields.map(({ name, type }) => `${name} (${type})`).join(', ')}`);
  same(box.checked, false, 'whether it is checked');
});
rule('cookie lasts', 'MUST', '§4.1.5: the cookie of a remembered sign-in does not expire with the browser', async (context) => {
  const { persistent } = await context.ticketGrantingCookie(await remembered(context));
  holds(persistent, 'it has no expiry');
});
rule('not for ever', 'SHOULD', '§4.1.5: it lasts no longer than three months', async (context) => {
  const { seconds } = await context.ticketGrantingCookie(await remembered(context));
  holds(seconds !== null && seconds <= 93 * 86_400, `it lasts ${seconds} s`);
});
rule('only if asked for', 'MUST', '§4.1.1: it is the choice of the person: without it the cookie expires with the browser', async (context) => {
  const { persistent } = await context.ticketGrantingCookie(await context.signedIn());
  same(persistent, false, 'whether the cookie lasts');
});
rule('is indicated', 'MUST', '§4.1.3: longTermAuthenticationRequestTokenUsed is true for a remembered sign-in', async (context) => {
  const client = await remembered(context);
  const { attributes } = await context.valid('/p3/serviceValidate', await context.ticket(client));
  same(attributes?.get('longTermAuthenticationRequestTokenUsed'), ['true'], 'longTermAuthenticationRequestTokenUsed');
}, 'attributes');
rule('is indicated by SAML', 'MUST', '§4.1.3, §4.2.5.1: in SAML answers too', async (context) => {
  const client = await remembered(context);
  const ticket = await context.ticket(client);
  const { body } = await samlValidate(context, ticket, context.service());
  holds(/AttributeName="longTermAuthenticationRequestTokenUsed"[\s\S]*?>\s*true\s*</.test(body), `the answer is ${short(body, 400)}`);
}, 'samlValidate');
rule('no way round renew', 'MUST', '§2.1.1: renew asks a remembered person too', async (context) => {
  const client = await remembered(context);
  await context.ticket(client);
  holds(context.asks(await context.login(client, { service: context.service(), renew: 'true' })), 'no credentials are asked for');
});
rule('ends by logout', 'MUST', '§2.3, §3.8.1: a logout ends a remembered session, cookie and ticket', async (context) => {
  const client = await remembered(context);
  const kept = client.with(client.cookies.copy());
  await context.logout(client);
  for (const browser of [client, kept]) holds(context.asks(await context.login(browser, { service: context.service() })), 'the browser is still signed in');
});

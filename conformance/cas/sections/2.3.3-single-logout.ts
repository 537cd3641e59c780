import { setTimeout as pause } from 'node:timers/promises';
import { inflateRawSync, inflateSync } from 'node:zlib';
import { locationOf, type Client, type Page } from '../client.ts';
import { leadsTo, loads } from '../html.ts';
import { Broken, holds, rulesOf, same, short } from '../rule.ts';
import { child, parseXml, type Element } from '../xml.ts';
import { DATE_TIME } from '../response-schema.ts';
import type { Heard } from '../listener.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 §2.3.3 */
const logout = rulesOf('2.3.3', 'singleLogout');
/** @see CAS Protocol 3.0.3 Appendix C */
const message = rulesOf('Appendix C', 'singleLogout');
const front = rulesOf('front-channel', 'frontChannelLogout');
const { rule } = logout;

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';

function requestIn(heard: Heard): Element {
  const text = new URLSearchParams(heard.body).get('logoutRequest');
  holds(text !== null, `the POST holds no logoutRequest: ${short(heard.body)}`);
  try {
    return parseXml(text);
  } catch (error) {
    throw new Broken(`the logoutRequest is not well-formed: ${(error as Error).message}`);
  }
}

const indexOf = (heard: Heard): string | null => child(requestIn(heard), 'SessionIndex', PROTOCOL)?.text.trim() ?? null;

/** A person who visited a service, and the ticket by which it knows them. */
async function visited(context: Context, ...services: string[]): Promise<{ client: Awaited<ReturnType<Context['signedIn']>>; tickets: string[]; since: number }> {
  const since = context.application.heard.length;
  const client = await context.signedIn();
  const tickets: string[] = [];
  for (const service of services) {
    const ticket = await context.ticket(client, service);
    await context.valid('/serviceValidate', ticket, service);
    tickets.push(ticket);
  }
  return { client, tickets, since };
}

rule('is told', 'MUST', '§2.3.3: at a logout a POST with a logout request goes to the URL of the service, naming the ticket', async (context) => {
  const { client, tickets, since } = await visited(context, context.service());
  await context.logout(client);
  const told = await context.toldOf(since, context.service());
  same(told.map(indexOf), tickets, 'session indexes told');
});

rule('every service is told', 'MUST', '§2.3.3: all services visited in the session are told, each its own ticket', async (context) => {
  const { client, tickets, since } = await visited(context, context.service(), context.service('other'));
  await context.logout(client);
  const told = [...(await context.toldOf(since, context.service())), ...(await context.toldOf(since, context.service('other')))];
  same(told.map((heard) => [heard.path, indexOf(heard)]), [[new URL(context.service()).pathname, tickets[0]], [new URL(context.service('other')).pathname, tickets[1]]], 'who was told what');
});

rule('each visit is told', 'SHOULD', '§2.3.3.2: a service visited twice is told of both tickets, since it knows its two sign-ins by them', async (context) => {
  const { client, tickets, since } = await visited(context, context.service(), context.service());
  await context.logout(client);
  const told = await context.toldOf(since, context.service(), 2);
  same(told.map(indexOf).sort(), [...tickets].sort(), 'session indexes told');
});

rule('nobody else is told', 'MUST', '§2.3.3: services that this session did not visit are not told, nor of sessions of others', async (context) => {
  const staying = await visited(context, context.service('other'));
  const { client, tickets, since } = await visited(context, context.service());
  await context.logout(client);
  same((await context.toldOf(since, context.service())).map(indexOf), tickets, 'session indexes told to the service that was visited');
  same(context.logoutRequests(since, new URL(context.service('other')).pathname).length, 0, 'requests to the other service');
  // What is late would be heard by now: the same again for the other session.
  await context.logout(staying.client);
  same((await context.toldOf(since, context.service('other'))).map(indexOf), staying.tickets, 'session indexes told to the other service');
});

rule('not before the logout', 'MUST', '§2.3.3: nothing is told while the session stands', async (context) => {
  const { client, since } = await visited(context, context.service());
  await context.ticket(client, context.service('other'));
  same(context.logoutRequests(since, new URL(context.service()).pathname).length, 0, 'requests before the logout');
  await context.logout(client);
  same((await context.toldOf(since, context.service())).length, 1, 'requests after it');
});

rule('errors are ignored', 'MUST', '§2.3.3.1: errors of a service do not disturb the logout, nor that others are told', async (context) => {
  // Not told by any other rule: a server that tries again would be heard in theirs.
  const { client, tickets, since } = await visited(context, context.service('query'), context.service());
  const path = new URL(context.service('query')).pathname;
  context.application.answer(path, { status: 500 });
  try {
    const page = await context.logout(client);
    same(page.status, 200, 'status of the logout');
    same((await context.toldOf(since, context.service())).map(indexOf), [tickets[1]], 'session indexes told to the other service');
  } finally {
    context.application.answer(path, { status: 200 });
  }
});

async function requests(context: Context): Promise<{ heard: Heard; root: Element }[]> {
  const { client, since } = await visited(context, context.service(), context.service('other'));
  await context.logout(client);
  const told = [...(await context.toldOf(since, context.service())), ...(await context.toldOf(since, context.service('other')))];
  same(told.length, 2, 'logout requests');
  return told.map((heard) => ({ heard, root: requestIn(heard) }));
}

message.rule('form', 'MUST', 'Appendix C, §2.3.3: the request is the parameter logoutRequest of a form', async (context) => {
  for (const { heard } of await requests(context)) same(String(heard.headers['content-type']).split(';')[0], 'application/x-www-form-urlencoded', 'content type');
});
message.rule('root', 'MUST', 'Appendix C: the document is a samlp:LogoutRequest with ID, Version 2.0 and IssueInstant', async (context) => {
  for (const { root } of await requests(context)) {
    same([root.local, root.uri, root.attributes.get('Version')], ['LogoutRequest', PROTOCOL, '2.0'], 'name, namespace and version');
    holds((root.attributes.get('ID') ?? '') !== '', 'there is no ID');
    const at = root.attributes.get('IssueInstant') ?? '';
    holds(DATE_TIME.test(at), `IssueInstant is no xs:dateTime: ${at}`);
    holds(Math.abs(Date.parse(/Z$|[+-]\d\d:\d\d$/.test(at) ? at : `${at}Z`) - Date.now()) < 25 * 3_600_000, `IssueInstant is not now: ${at}`);
  }
});
message.rule('children', 'MUST', 'Appendix C: it holds a saml:NameID and one samlp:SessionIndex', async (context) => {
  for (const { root } of await requests(context)) {
    same(
      root.children.map(({ local, uri }) => [local, uri]),
      [['NameID', ASSERTION], ['SessionIndex', PROTOCOL]],
      'elements',
    );
  }
});
message.rule('id', 'MUST', 'Appendix C: the ID is random: no two are the same', async (context) => {
  const ids = (await requests(context)).map(({ root }) => root.attributes.get('ID'));
  same(new Set(ids).size, 2, 'different IDs');
});

/** What a browser brings to a service while it shows the page: directly, or by way of the server. */
async function brought(context: Context, client: Client, page: Page, service: string): Promise<URL | null> {
  const until = Date.now() + context.target.sloSeconds * 1000;
  for (let shown = page; Date.now() < until; shown = await client.visit(shown.url)) {
    for (const url of [...loads(shown), ...leadsTo(shown), ...asksByScript(shown.body)]) {
      const there = url.startsWith(context.url) && loads(shown).includes(url) ? (locationOf(await client.visit(url, { follow: false })) ?? '') : url;
      if (there.startsWith(service) && /[?&](logoutRequest|SAMLRequest)=/.test(there)) return new URL(there);
    }
    await pause(250);
  }
  return null;
}

/** A script that asks for an address with data apart: what Apereo CAS does. */
function asksByScript(body: string): string[] {
  const calls = body.matchAll(/url\s*:\s*"((?:[^"\\]|\\.)*)"[^{}]*?data\s*:\s*"((?:logoutRequest|SAMLRequest)=[^"]*)"/g);
  return [...calls].map(([, url = '', data = '']) => `${url.replaceAll('\\/', '/')}?${data.replaceAll('\\/', '/')}`);
}

front.rule('the browser tells', 'MUST', 'Apereo CAS, front-channel logout: while it shows that the person was signed out the browser brings the service a logout request that names the ticket', async (context) => {
  const client = await context.signedIn();
  const service = context.service('front');
  const ticket = await context.ticket(client, service);
  await context.valid('/serviceValidate', ticket, service);
  const address = await brought(context, client, await context.logout(client), service);
  holds(address !== null, `nothing that the page loads leads to ${service}`);
  const sent = address.searchParams.get('SAMLRequest') ?? address.searchParams.get('logoutRequest') ?? '';
  const document = sent.startsWith('<') ? sent : inflated(sent);
  same(child(parseXml(document), 'SessionIndex', PROTOCOL)?.text.trim(), ticket, 'the session index');
});

/** As SAML's redirect binding has it, or with the header of zlib, as Apereo CAS does. */
function inflated(sent: string): string {
  const deflated = Buffer.from(sent, 'base64');
  for (const inflate of [inflateRawSync, inflateSync]) {
    try {
      return inflate(deflated).toString('utf8');
    } catch {
      continue;
    }
  }
  throw new Broken(`the request is not deflated: ${short(sent)}`);
}

export const rules = [...logout.rules, ...message.rules, ...front.rules];

import { randomBytes } from 'node:crypto';
import { leadsTo } from '../html.ts';
import { locationOf, type Client, type Page } from '../client.ts';
import { documentOf } from '../service-response.ts';
import { given, holds, rulesOf, same, short } from '../rule.ts';
import type { Context } from '../context.ts';

/** Not in the protocol: what a server is sent by those who wish it ill (RFC 9700 §4.1.3, RFC 3986 §7, CWE-601, CWE-79, CWE-93). */
const { rules, rule } = rulesOf('hostile');
export { rules };

type Services = (context: Context) => readonly string[];
const host = (context: Context): string => new URL(context.service()).host;
const path = (context: Context): string => new URL(context.service()).pathname;

/** Addresses that resemble a registered service and are another place. */
const SERVICES: readonly (readonly [string, Services])[] = [
  ['userinfo', (c) => [`https://${host(c)}@evil.example${path(c)}`, `https://evil.example@${host(c)}${path(c)}`, `https://${host(c)}:x@evil.example/`, `https://${host(c)}%40evil.example${path(c)}`]],
  ['backslash', (c) => [`https://evil.example\\@${host(c)}${path(c)}`, `https://${host(c)}\\.evil.example${path(c)}`, `https:\\\\evil.example${path(c)}`, `https:/\\evil.example${path(c)}`]],
  ['encoded dots', (c) => [`${c.service()}/%2e%2e/nobody`, `${c.service()}/..%2fnobody`, `${c.service()}/../nobody`, `${c.service()}/%252e%252e/nobody`, `${c.service()}/..;/nobody`]],
  ['another host', (c) => [`https://${host(c)}.evil.example${path(c)}`, `https://evil.example/${c.service()}`, `https://evil.example/?${c.service()}`, `https://evil.example/#${c.service()}`]],
  ['Unicode', (c) => [c.service().replace('https://', 'https://xn--').replace('xn--', 'ⅼ'), `https://${host(c)}。evil.example${path(c)}`, `https://evil.example／${host(c)}${path(c)}`, `https://evil.example\u202e${path(c)}`]],
  ['protocol-relative', (c) => [`//${host(c)}${path(c)}`, `//evil.example${path(c)}`, `///evil.example${path(c)}`, `/${path(c)}`]],
  ['another scheme', (c) => ['javascript:alert(document.domain)', `javascript:alert(1)//${c.service()}`, `data:text/html,${c.service()}`, `vbscript:${c.service()}`, `file://${path(c)}`, c.service().replace('https:', 'http:')]],
  ['another port', (c) => [c.service().replace(/:\d+/, ':1'), c.service().replace(/:\d+/, '')]],
  ['line breaks', (c) => [`${c.service()}\r\nSet-Cookie: planted=1`, `${c.service()}%0d%0aSet-Cookie:%20planted=1`, `\r\n${c.service()}`, `${c.service()}\n`, `${c.service()}\u0000`]],
  ['white space', (c) => [` ${c.service()}`, `\t${c.service()}`, c.service().replace('https://', 'https:// '), c.service().replace('service', 'serv\tice')]],
  ['markup', (c) => [`"><script>alert(1)</script>`, `${c.service()}"><img src=x onerror=alert(1)>`, `'-alert(1)-'${c.service()}`, '{{7*7}}${7*7}<%= 7*7 %>']],
];

/** Where the page leads that is neither the server nor a registered service. */
function strays(context: Context, page: Page): string[] {
  const location = locationOf(page);
  const targets = [...(location === null ? [] : [location]), ...leadsTo(page)];
  return targets.filter((to) => {
    if (/^(javascript|vbscript|data:text)/i.test(to.trim())) return true;
    if (!URL.canParse(to, page.url)) return false;
    const url = new URL(to, page.url);
    if (url.hostname.includes('evil.example')) return true;
    if (url.origin === context.application.origin) return url.pathname !== path(context) && url.pathname !== '/other';
    return /[?&#]ticket=/.test(to) && url.origin !== new URL(context.url).origin;
  });
}

function harmless(context: Context, service: string, page: Page): void {
  holds(page.status < 500, `${short(service)}: status ${page.status}`);
  same(strays(context, page), [], `${short(service)} leads to`);
  holds(!(page.headers['set-cookie'] ?? []).some((line) => line.startsWith('planted')), `${short(service)}: a header was planted`);
  holds(page.headers['planted'] === undefined, `${short(service)}: a header was planted`);
  for (const markup of ['<script>alert(1)', '<img src=x onerror', '"><', "'-alert(1)-'https"]) {
    if (service.includes(markup)) holds(!page.body.includes(service.slice(service.indexOf(markup))), `${short(service)} stands in the page as it is`);
  }
}

const ENTRANCES: readonly (readonly [string, string, (context: Context, client: Client, service: string) => Promise<Page>, boolean])[] = [
  ['login', 'at /login, without a session', (context, client, service) => context.login(client, { service }), false],
  ['login, session', 'at /login, with a session', (context, client, service) => context.login(client, { service }), true],
  ['gateway', 'at /login with gateway', (context, client, service) => context.login(client, { service, gateway: 'true' }), false],
  ['logout', 'at /logout', (context, client, service) => context.logout(client, { service }), false],
];

for (const [what, services] of SERVICES) {
  for (const [where, place, enter, session] of ENTRANCES) {
    rule(`${what}, ${where}`, 'MUST', `§2.2.1, §2.3.2: a service with ${what} is not gone to and not repeated unescaped, ${place}`, async (context) => {
      const client = session ? await context.signedIn() : context.client();
      for (const service of services(context)) {
        const page = await enter(context, client, service);
        harmless(context, service, page);
        if (where !== 'logout') holds(!context.destination(page, service)?.includes('ticket=ST-') || !strays(context, page).length, `${short(service)} was given a ticket`);
      }
      const twin = await enter(context, client, context.service());
      holds(twin.status < 400, `a registered service is answered by ${twin.status}`);
    }, 'registry');
  }
}

rule('fragment', 'MUST', '§2.2.4: a ticket is a parameter: it never stands behind a #', async (context) => {
  const page = await context.login(await context.signedIn(), { service: `${context.service()}#part` });
  holds(page.status < 500, `status ${page.status}`);
  holds(!/#.*ticket=/.test(locationOf(page) ?? ''), `the browser is taken to ${locationOf(page)}`);
});

rule('two services', 'MUST', '§2.1.1: with two parameters service nobody is taken to the one that is not registered', async (context) => {
  const client = await context.signedIn();
  for (const pairs of [[context.service(), 'https://evil.example/'], ['https://evil.example/', context.service()]]) {
    for (const path of ['/login', '/logout']) {
      const page = await client.visit(context.address(path, pairs.map((service): [string, string] => ['service', service])));
      harmless(context, 'https://evil.example/', page);
    }
  }
}, 'registry');

rule('two parameters in a validation', 'MUST', '§2.5.1: two tickets or two services in one request validate at most what was issued', async (context) => {
  const { ticket } = await context.fresh();
  const response = await context.validate('/serviceValidate', [['service', context.service('other')], ['service', 'https://evil.example/'], ['ticket', ticket]]);
  context.refused(response);
  const { ticket: second } = await context.fresh();
  const page = await context.ask('/serviceValidate', [['service', context.service()], ['ticket', second], ['ticket', 'ST-other']]);
  holds(page.status < 500, `status ${page.status}`);
});

rule('64 KB', 'MUST', 'RFC 9110 §15.5: 64 KB of service, ticket or password are refused, and the server goes on', async (context) => {
  const long = `${context.service()}?${'a'.repeat(65_536)}`;
  const attempt = async (work: () => Promise<Page>): Promise<void> => {
    try {
      const page = await work();
      holds(page.status !== 500 && page.status !== 502, `status ${page.status}`);
      holds(!(locationOf(page) ?? '').startsWith(context.application.origin), 'the browser is taken there');
    } catch (error) {
      // A connection that is closed on who sends too much is an answer as well.
      if ((error as Error).name !== 'Broken' || !/was not answered/.test((error as Error).message)) throw error;
    }
  };
  await attempt(() => context.login(context.client(), { service: long }));
  await attempt(() => context.ask('/serviceValidate', { service: context.service(), ticket: `ST-${'a'.repeat(65_536)}` }));
  await attempt(() => context.logout(context.client(), { service: long }));
  const client = context.client();
  const page = await context.login(client);
  const form = context.form(page);
  await attempt(() => context.submit(client, page, form, context.filled(form, { username: context.person.username, password: 'a'.repeat(65_536) })));
  await context.fresh();
});

const ODD_TICKETS = ['<cas:user>root</cas:user>', ']]><x/>', '&lt;&amp;"\'', 'ST-\u0000', 'ST-%00', '\u202e', '"}},{"x":"', '../../etc/passwd', "' OR 1=1 --", 'ST-*'];
for (const endpoint of ['/serviceValidate', '/p3/serviceValidate']) {
  rule(`odd tickets, ${endpoint}`, 'MUST', `Appendix A: whatever the ticket is, the answer is a failure in well-formed XML (${endpoint})`, async (context) => {
    for (const ticket of ODD_TICKETS) context.refused(await context.validate(endpoint, { service: context.service(), ticket }));
    for (const service of ODD_TICKETS) context.refused(await context.validate(endpoint, { service, ticket: (await context.fresh()).ticket }));
  });
  rule(`odd tickets in JSON, ${endpoint}`, 'MUST', `§2.5.2: and in JSON a failure in valid JSON (${endpoint})`, async (context) => {
    for (const ticket of ODD_TICKETS) context.refused(await context.validate(endpoint, { service: context.service(), ticket, format: 'JSON' }));
  }, 'json');
}
rule('odd proxy requests', 'MUST', 'Appendix A: whatever pgt and target are, /proxy answers with a failure in well-formed XML', async (context) => {
  for (const odd of ODD_TICKETS) {
    const page = await context.ask('/proxy', { pgt: odd, targetService: odd });
    documentOf(page);
    holds(!page.body.includes('proxySuccess'), `a ticket for ${short(odd)}`);
  }
}, 'proxy');
rule('attributes are escaped', 'MUST', 'Appendix A: values that mean something in XML come back as they are, and nothing else', async (context) => {
  const [name, values] = Object.entries(context.person.attributes).find(([, list]) => list.some((value) => /[<&]/.test(value))) ?? [];
  given(name !== undefined && values !== undefined, 'the target file names no attribute with < or & in it');
  const response = await context.valid('/p3/serviceValidate', (await context.fresh()).ticket);
  same([...(response.attributes?.get(name) ?? [])].sort(), [...values].sort(), name);
}, 'attributes');

const CALLBACKS = (context: Context): string[] => [
  context.callback.replace('https://', 'https://user:secret@'),
  `${context.callback}#fragment`,
  context.callback.replace('/callback', '/nobody/../nobody'),
  'file:///etc/passwd',
  'javascript:alert(1)',
  '//localhost/callback',
  'https://',
  'not a url',
  `${context.callback}\r\nX-Planted: 1`,
];
rule('odd callbacks', 'MUST', '§2.5.4: a pgtUrl that is no plain https address of the service is not called', async (context) => {
  await context.granted();
  for (const pgtUrl of CALLBACKS(context)) {
    const { ticket } = await context.fresh(context.service('proxy'));
    const before = context.application.heard.length;
    const response = await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl });
    if (pgtUrl.endsWith('#fragment') && response.pgtIou !== null) continue;
    same(response.pgtIou, null, `proxyGrantingTicket for ${short(pgtUrl)}`);
    same(context.application.heard.length - before, 0, `calls for ${short(pgtUrl)}`);
  }
}, 'proxy');
rule('redirects of a callback', 'OPTIONAL', '§2.5.4: a redirect is not followed: a callback cannot send the server where it likes', async (context) => {
  const mark = `/mark-${randomBytes(4).toString('hex')}`;
  context.application.answer('/callback-redirects', { status: 302, headers: { location: context.application.origin + mark } });
  const { ticket } = await context.fresh(context.service('proxy'));
  const pgtUrl = `${context.application.origin}/callback-redirects`;
  await context.validate('/serviceValidate', { service: context.service('proxy'), ticket, pgtUrl });
  holds(context.application.heard.some((heard) => heard.path === '/callback-redirects'), 'the callback was not called at all');
  same(context.application.heard.filter((heard) => heard.path === mark).length, 0, 'calls to where it redirects');
}, 'proxy');

rule('framed', 'SHOULD', 'CWE-1021: the form cannot be put into a frame of another site', async (context) => {
  const { headers } = await context.login(context.client());
  const policy = String(headers['content-security-policy'] ?? '');
  holds(/^(deny|sameorigin)/i.test(String(headers['x-frame-options'] ?? '')) || /frame-ancestors/.test(policy), 'neither X-Frame-Options nor frame-ancestors');
});
rule('other parameters lead nowhere', 'MUST', 'CWE-601: no other parameter leads to another site', async (context) => {
  const client = await context.signedIn();
  for (const name of ['url', 'next', 'redirect', 'returnTo', 'redirect_uri', 'TARGET', 'targetService', 'destination', 'RelayState']) {
    for (const path of ['/login', '/logout']) harmless(context, name, await client.visit(context.address(path, { [name]: 'https://evil.example/' })));
  }
});

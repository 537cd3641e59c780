import { describe, expect, it } from '@jest/globals';
import { serviceMatcher } from './service-match.ts';
import { parseServiceUrl, serviceUrlFault, withTicket, withoutServletSession, type ServiceUrl } from './service-url.ts';

const good = [
  'https://app.example/',
  'https://app.example',
  'http://127.0.0.1:8081/show?id=1&next=%2Fhome',
  'https://app.example:8443/a/b;v=1?x',
  'https://[::1]/a',
  'https://app.example/caf%C3%A9?q=%0A',
];

describe('service URL (CAS 3.0 §2.1.1, RFC 9700 §4.1.3)', () => {
  it.each(good)('accepts %s', (url) => expect(serviceUrlFault(url)).toBeNull());

  const prefix = 'https://app.example/portal';
  const hostile = [
    ...['.', '..', '%2e', '%2E%2e', '.%2e', '%2e.', '..;', '..;a=b', '.;'].flatMap((dots) => [`${prefix}/${dots}/admin`, `${prefix}/x/${dots}`]),
    ...['%2f', '%2F', '%5c', '%5C', '%00', '%0d%0a', '%1f', '%7f', '%252e', '%252f', '%255c', '%2525', '%zz', '%'].map((code) => `${prefix}/a${code}b`),
    ...['\\', '\t', '\r\n', '\n', ' ', '\u0000', '\u007f', '\u00a0', '\u202e', '\ufeff', 'é', '。', '"', '<', '`', '{', '#', '#frag'].flatMap((odd) => [
      `${prefix}${odd}`,
      `${prefix}/${odd}x`,
      `https://app.example${odd}.evil.example/portal`,
      `${odd}${prefix}`,
    ]),
    ...['user@', 'user:pass@', '@', ':@', 'app.example@'].map((user) => `https://${user}evil.example/portal`),
    'https://app.example\\@evil.example/portal',
    'https://app.example:443/portal',
    'http://app.example:80/portal',
    'https://APP.example/portal',
    'HTTPS://app.example/portal',
    'https:/app.example/portal',
    'https:app.example/portal',
    'https:///app.example/portal',
    '//app.example/portal',
    '/portal',
    'https://app.example:0443/portal',
    'https://app.example:99999/portal',
    'https://app.example:/portal',
    'https://0x7f.1/portal',
    'https://2130706433/portal',
    'https://app.example/portal?ticket=ST-1',
    'https://app.example/portal?a=b&%74icket=x',
    ...['Ticket=x', 'TICKET', 'a=b;ticket=x', 'a;%74icket=x', 'ticket[]=x', 'ticket%5B%5D=x', 'ticket[a]=x', '+ticket=x', '%20ticket=x', 'ticket%00=x'].map((query) => `https://app.example/portal?${query}`),
    ...['%c0%ae%c0%ae', '%c0%af', '%ff', '%ed%a0%80', '%e0%80%ae'].map((overlong) => `https://app.example/portal/${overlong}/admin`),
    'https://',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://app.example/portal',
    'file:///etc/passwd',
    '',
    `${prefix}?${'x'.repeat(2048)}`,
  ];

  it.each(hostile)('refuses %j', (url) => expect(parseServiceUrl(url)).toBeNull());

  it('accepts nothing that a URL parser reads as another host, scheme or path (generated pairs)', () => {
    const parts = ['a', '.', '..', '%2e', '/', '\\', ';', '@', ':', '?', '#', '%', '%25', '\t', '&', '=', 'ticket', '%2f', '//'];
    for (const one of parts)
      for (const two of parts)
        for (const three of parts) {
          const raw = `https://app.example/portal${one}${two}${three}`;
          const accepted = parseServiceUrl(raw);
          if (accepted === null) continue;
          const url = new URL(accepted);
          expect([url.origin, url.username, url.hash, url.href]).toEqual(['https://app.example', '', '', raw]);
          expect(url.pathname.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))).not.toMatch(/(^|\/)\.{1,2}(;|\/|$)|\\/);
          expect(url.searchParams.has('ticket')).toBe(false);
        }
  });
});

describe('matching of service URLs (CAS 3.0 §2.2.1)', () => {
  const exact = { id: 'exact', match: 'exact', urls: ['https://app.example/exact', 'https://app.example/portal/special', 'https://q.example/?a=1'] } as const;
  const portal = { id: 'portal', match: 'path-prefix', urls: ['https://app.example/portal', 'https://whole.example'] } as const;
  const inner = { id: 'inner', match: 'path-prefix', urls: ['https://app.example/portal/inner/'] } as const;
  const matcher = serviceMatcher<typeof exact | typeof portal | typeof inner>([portal, exact, inner]);
  const idOf = (url: string) => matcher.find(url)?.service.id ?? null;

  it.each([
    ['https://app.example/exact', 'exact'],
    ['https://app.example/exact/', null],
    ['https://app.example/exact?x', null],
    ['https://app.example/Exact', null],
    ['http://app.example/exact', null],
    ['https://q.example/?a=1', 'exact'],
    ['https://q.example/?a=2', null],
    ['https://app.example/portal', 'portal'],
    ['https://app.example/portal/', 'portal'],
    ['https://app.example/portal/x?y', 'portal'],
    ['https://app.example/portal?y=1', 'portal'],
    ['https://app.example/portalx', null],
    ['https://app.example/portal;x', null],
    ['https://app.example/portal/../exact', null],
    ['https://app.example/portal/special', 'exact'],
    ['https://app.example/portal/inner/x', 'inner'],
    ['https://app.example/portal/inner', 'portal'],
    ['https://app.example.evil.example/portal', null],
    ['https://app.example:8443/portal', null],
    // What is asked about may not be named by a client: a matcher takes nothing away.
    ['https://app.example/exact;jsessionid=A1', null],
    ['https://whole.example/', 'portal'],
    ['https://whole.example/a', 'portal'],
    ['https://whole.example.evil/a', null],
    ['https://whole.example@evil.example/', null],
  ])('%s is %s', (url, id) => expect(idOf(url)).toBe(id));
});

describe('the ticket goes to the service in its query (CAS 3.0 §2.2.4)', () => {
  it.each([
    ['https://a.example/', 'https://a.example/?ticket=ST-1'],
    ['https://a.example', 'https://a.example?ticket=ST-1'],
    ['https://a.example/?x=1', 'https://a.example/?x=1&ticket=ST-1'],
    ['https://a.example/?', 'https://a.example/?ticket=ST-1'],
    ['https://a.example/?x&', 'https://a.example/?x&ticket=ST-1'],
  ])('%s', (service, address) => expect(withTicket(service as ServiceUrl, 'ST-1')).toBe(address));
});

describe('the session of a servlet container is no part of a service (Jakarta Servlet 5.0 §7.1.3)', () => {
  it.each([
    ['https://a.example/in;jsessionid=A1.node-0', 'https://a.example/in'],
    ['https://a.example/in;jsessionid=A1?x=;jsessionid=B', 'https://a.example/in?x=;jsessionid=B'],
    ['https://a.example/in;v=1;jsessionid=A1', 'https://a.example/in;v=1'],
    ['https://a.example/in;jsessionid=A1/other', 'https://a.example/in;jsessionid=A1/other'],
    ['https://a.example/in;JSESSIONID=A1', 'https://a.example/in;JSESSIONID=A1'],
    ['https://a.example/in', 'https://a.example/in'],
  ])('%s is %s', (raw, service) => expect(withoutServletSession(raw)).toBe(service));
});

describe('an address that an application may read as one of another service belongs to neither (RFC 3986 §6.2.2, Jakarta Servlet 5.0 §3.5)', () => {
  const site = { id: 'site', match: 'path-prefix', urls: ['https://app.example/'] } as const;
  const admin = { id: 'admin', match: 'path-prefix', urls: ['https://app.example/admin', 'https://app.example/caf%C3%A9/@ops', 'https://*.pattern.example/admin'] } as const;
  const odd = { id: 'odd', match: 'exact', urls: ['https://app.example/Special%3ALogin', 'https://app.example/na%c3%afve;v=1'] } as const;
  const plain = { id: 'plain', match: 'exact', urls: ['https://app.example/na%C3%AFve'] } as const;
  const spelled = { id: 'spelled', order: -1, match: 'regex', urls: ['https://app.example/File(:|%3A)[a-z]+'] } as const;
  const logs = { id: 'logs', order: -1, match: 'regex', urls: ['https://app.example/logs-[0-9]+/.*'] } as const;
  const any = { id: 'any', match: 'wildcard-host', urls: ['https://*.pattern.example/'] } as const;
  const wild = { ...admin, id: 'wild', match: 'wildcard-host', urls: ['https://*.pattern.example/admin'] } as const;
  const matcher = serviceMatcher<typeof site | typeof admin | typeof logs | typeof any | typeof wild | typeof odd | typeof plain | typeof spelled>([site, admin, logs, any, wild, odd, plain, spelled]);
  const idOf = (url: string) => matcher.find(url)?.service.id ?? null;

  it.each([
    'https://app.example/%61dmin',
    'https://app.example/a%64min/users',
    'https://app.example/%61%64%6D%69%6E?x=1',
    'https://app.example/admin;v=1',
    'https://app.example/admin;/users',
    'https://app.example/;v=1/admin/users',
    'https://app.example/admin%3Bv=1/users',
    'https://app.example//admin/users',
    'https://app.example/;//admin',
    'https://app.example/caf%c3%a9/@ops',
    'https://app.example/caf%C3%A9/%40ops',
    'https://app.example/logs%2D7/x',
    'https://app.example/log%73-7;v=1/x',
    'https://app.example/Special:Login',
    'https://app.example/Special%3alogin;/..%3B/Special:Login',
    'https://app.example/admin/..%3B/x',
    'https://app.example/na%c3%afve;v=2',
    'https://a.pattern.example/%61dmin',
    'https://a.pattern.example//admin',
  ])('%s', (url) => expect(idOf(url)).toBeNull());

  it.each([
    ['https://app.example/admin', 'admin'],
    ['https://app.example/admin/a%20b', 'admin'],
    ['https://app.example/admin/%61;v=1//x', 'admin'],
    ['https://app.example/caf%C3%A9/@ops', 'admin'],
    ['https://app.example/%7Eada/a;v=1//b?x=%61', 'site'],
    ['https://app.example/caf%c3%a9', 'site'],
    ['https://app.example/100%25', 'site'],
    ['https://app.example/Special%3ALogin', 'odd'],
    ['https://app.example/na%c3%afve;v=1', 'odd'],
    ['https://app.example/na%C3%AFve', 'plain'],
    ['https://app.example/File%3Ax', 'spelled'],
    ['https://app.example/File:x', 'spelled'],
    ['https://app.example/what%3Fadmin', 'site'],
    ['https://app.example/administration;/admin', 'site'],
    ['https://a.pattern.example/x//admin', 'any'],
  ])('%s is read as one of the same service: %s', (url, id) => expect([idOf(url), matcher.find(url)?.url]).toEqual([id, url]));
});

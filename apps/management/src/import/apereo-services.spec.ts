import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { serviceMatcher } from '@latchkey/cas-protocol';
import { parseDeclaration } from '../declaration/parse-declaration.ts';
import { importApereoServices } from './apereo-services.ts';
import { readHjson, type Value } from './hjson.ts';

const folder = new URL('../../test/apereo-services/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, text: readFileSync(new URL(encodeURI(name), folder), 'utf8') }));

const servicesOf = (yaml: string) => {
  const parsed = parseDeclaration(yaml);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.ok.services;
};
const definition = (over: Record<string, unknown>, name = 'App', id = 1) => ({
  name: `${name}-${id}.json`,
  text: JSON.stringify({ '@class': 'org.apereo.cas.services.CasRegisteredService', serviceId: `^https://${name.toLowerCase()}\\.example\\.org/.*`, name, id, ...over }),
});
const one = (over: Record<string, unknown>) => {
  const imported = importApereoServices([definition(over)]);
  return { ...imported, service: servicesOf(imported.yaml)[0]! };
};
const policy = (name: string, fields: object) => ({ attributeReleasePolicy: { '@class': `org.apereo.cas.services.${name}`, ...fields } });

describe('definitions as the documentation of Apereo CAS writes them', () => {
  const imported = importApereoServices(files, ['README.txt']);
  const services = new Map(servicesOf(imported.yaml).map((service) => [service.id, service]));
  const section = (file: string): string => new RegExp(`^## ${file.replace(/[()]/g, '\\$&')} .*\n\n((?:.+\n)*)`, 'm').exec(imported.report)?.[1] ?? '';

  it('are twenty and more, and each is told of', () => {
    expect(files.length).toBeGreaterThanOrEqual(20);
    for (const { name } of files) expect(imported.report).toContain(name);
    expect(imported).toMatchObject({ read: files.length, written: services.size });
    expect(imported.report).toContain('README.txt');
  });

  it('become services that the declarative file takes', () => {
    expect([...services.keys()].sort()).toEqual([
      'archive',
      'clinic',
      'departments',
      'directory',
      'forum',
      'grades',
      'lab',
      'legacy',
      'library',
      'mail',
      'map',
      'open-shop',
      'open-shop.any-host',
      'payroll',
      'portal',
      'reports',
      'survey',
      'wiki',
    ]);
    expect(services.get('library')).toMatchObject({
      name: 'Library',
      urls: ['https://library.example.org/'],
      match: 'path-prefix',
      order: 10,
      attributes: ['cn', 'mail', 'sn'],
      logout: { type: 'back-channel', url: 'https://library.example.org/cas/logout' },
      proxy: { allowed: false },
      enabled: true,
    });
    expect(services.get('wiki')).toMatchObject({
      urls: ['http://wiki.example.org', 'https://wiki.example.org'],
      attributes: [
        { name: 'affiliation', from: 'eduPersonAffiliation' },
        { name: 'personAffiliation', from: 'eduPersonAffiliation' },
        { name: 'group', from: 'groupMembership', only: 'wiki-[0-9A-Z_a-z]+' },
        'mail',
        { name: 'login', from: 'username' },
      ],
    });
    expect(services.get('payroll')).toMatchObject({
      match: 'regex',
      urls: ['https://payroll.example.org:8443/app/(?:login|callback)(?:\\?.*)?'],
      groups: ['payroll', 'cn=hr,ou=groups,dc=example,dc=org'],
      acr: '2',
      owner: 'Jo Smith (Finance)',
      contact: 'jo.smith@example.org',
      enabled: true,
    });
    expect(services.get('departments')).toMatchObject({ match: 'wildcard-host', urls: ['https://*.dept.example.org/'], attributes: [], logout: { type: 'none' }, order: 900 });
    expect(services.get('open-shop')).toMatchObject({ match: 'path-prefix', urls: ['https://shop.example.org/'], logout: { type: 'front-channel' }, attributes: [] });
    expect(services.get('open-shop.any-host')).toMatchObject({ match: 'wildcard-host', urls: ['https://*.shop.example.org/'], logout: { type: 'front-channel' } });
    expect(services.get('survey')).toMatchObject({ usernameAttribute: 'sub', expiresAt: '2027-10-05T00:00:00Z', match: 'regex' });
    expect(services.get('portal')).toMatchObject({
      match: 'exact',
      urls: ['https://portal.example.org/uPortal/Login?refUrl=home'],
      usernameAttribute: 'eduPersonPrincipalName',
      proxy: { allowed: true, pgtUrls: ['https://portal.example.org/uPortal/CasProxyServlet'] },
    });
    expect(services.get('clinic')).toMatchObject({
      attributes: [
        { name: 'cn', only: '.+@example\\.org' },
        { name: 'mail', only: '.+@example\\.org' },
        { name: 'permissions', values: ['read', 'write'] },
      ],
      attributeConsent: true,
    });
    expect(services.get('legacy')).toMatchObject({ order: 1_000_000, groups: ['admins', 'adminGroup', 'staff'], attributes: [], enabled: true });
    expect(services.get('map')).toMatchObject({ order: 7, contact: '+1 555 0199', owner: 'Map desk' });
  });

  it('are disabled where a condition for getting in has no counterpart, and the report says which', () => {
    const disabled = [...services.values()].filter(({ enabled }) => !enabled).map(({ id }) => id).sort();
    expect(disabled).toEqual(['archive', 'directory', 'forum', 'grades', 'lab', 'mail', 'reports']);
    expect(imported.closed).toBe(6);
    expect(section('Grades-1008.json')).toMatch(/^- closed: accessStrategy\.rejectedAttributes /m);
    expect(section('Mail-1009.json')).toMatch(/^- closed: accessStrategy\.ssoEnabled `false`/m);
    expect(section('Directory-1012.json')).toMatch(/^- closed: usernameAttributeProvider `GroovyRegistered/m);
    expect(section('Forum-1018.json')).toMatch(/^- closed: templateName `AllForums`/m);
    expect(section('Archive-1011.json')).not.toMatch(/^- closed/m);
  });

  it('are not converted where no address can be carried over, or they are of another protocol', () => {
    const refused = /## Not converted\n\n((?:- .*\n)*)/.exec(imported.report)?.[1] ?? '';
    expect(imported.refused).toBe(5);
    expect(refused).toMatch(/^- HTTPSandIMAPS-10000001\.json .*leaves its host open/m);
    expect(refused).toMatch(/^- Numbers-1016\.json /m);
    expect(refused).toMatch(/^- Console-1017\.json .*register it under clients/m);
    expect(refused).toMatch(/^- Grid-1019\.json /m);
    expect(refused).toMatch(/^- Atlas-9007199254740996\.json .*looks ahead/m);
  });

  it('lose no field in silence', () => {
    const converted = ['@class', 'serviceId', 'name', 'id', 'evaluationOrder', 'attributeReleasePolicy', 'usernameAttributeProvider', 'proxyPolicy', 'logoutType', 'logoutUrl', 'accessStrategy', 'contacts', 'matchingStrategy'];
    let told = 0;
    for (const { name, text } of files) {
      const said = section(name);
      if (said === '') continue;
      for (const field of (readHjson(text) as ReadonlyMap<string, Value>).keys()) {
        if (converted.includes(field)) continue;
        expect({ name, field, told: new RegExp(`^- \\w+: ${field}[ .:]`, 'm').test(said) }).toEqual({ name, field, told: true });
        told += 1;
      }
    }
    expect(told).toBeGreaterThan(15);
    expect(section('Payroll-1003.json')).toContain('properties.jwtAsServiceTicket `["true"]`');
    expect(section('Forum-1018.json')).toContain('- lost: moderators');
  });

  it('keep no secret in the report', () => {
    expect(imported.report).not.toContain('bm90IGEgcmVhbCBzYWx0');
    expect(imported.report).not.toContain('not-a-real-secret');
  });

  it('cover no address that their definition did not cover', () => {
    const hosts = ['library', 'grades', 'mail', 'clinic', 'archive', 'directory', 'lab2', 'wiki', 'payroll', 'a.dept', 'a.b.dept', 'dept', 'shop', 'x.shop', 'survey', 'portal', 'lab1', 'lab3', 'reports', 'legacy', 'forum', 'x.forum', 'evilforum', 'maps'];
    const ends = ['', ':8443', '.evil.example'];
    const paths = ['', '/', '/x', '/app/login', '/app/login?x', '/app/loginx', '/s/0123abcd/start', '/index.php', '/indexxphp', '/jupyter/x', '/cas/x', '/uPortal/Login?refUrl=home', '/uPortal/Login'];
    const originals = files.map(({ text }) => readHjson(text) as ReadonlyMap<string, Value>).map((body) => ({ name: body.get('name'), body }));
    const matcher = serviceMatcher(services.values());
    let matched = 0;
    for (const scheme of ['http', 'https']) {
      for (const host of hosts) {
        for (const end of ends) {
          for (const path of paths) {
            const url = `${scheme}://${host}.example.org${end}${path}`;
            const service = matcher.find(url)?.service;
            if (service === undefined) continue;
            matched += 1;
            const body = originals.find(({ name }) => name === service.name)!.body;
            const literal = String((body.get('matchingStrategy') as ReadonlyMap<string, Value> | undefined)?.get('@class') ?? '').includes('Literal');
            const pattern = String(body.get('serviceId'));
            expect({ url, covered: literal ? url === pattern : new RegExp(`^(?:${pattern})$`, 'i').test(url) }).toEqual({ url, covered: true });
          }
        }
      }
    }
    expect(matched).toBeGreaterThan(100);
  });
});

describe('a condition that cannot be kept closes the service', () => {
  const strategy = (fields: object, name = 'DefaultRegisteredServiceAccessStrategy') => ({ accessStrategy: { '@class': `org.apereo.cas.services.${name}`, ...fields } });
  it.each([
    ['an attribute that is no group', strategy({ requiredAttributes: { cn: ['java.util.HashSet', ['admin']] } })],
    ['a group and an attribute together', strategy({ requiredAttributes: { memberOf: ['a'], cn: ['admin'] } })],
    ['two groups together', strategy({ requiredAttributes: { memberOf: ['a'], role: ['b'] } })],
    ['groups by a pattern', strategy({ requiredAttributes: { memberOf: ['admin-.*'] } })],
    ['groups by a script', strategy({ requiredAttributes: { memberOf: ["groovy { return currentValues.contains('x') }"] } })],
    ['a rejected attribute', strategy({ rejectedAttributes: { role: ['deny'] } })],
    ['a strategy of another kind', strategy({}, 'GroovyRegisteredServiceAccessStrategy')],
    ['a field of the strategy that nobody knows', strategy({ onlyOnTuesdays: true })],
    ['a user name in upper case', { usernameAttributeProvider: { '@class': 'x.DefaultRegisteredServiceUsernameProvider', canonicalizationMode: 'UPPER' } }],
    ['handlers by name', { requiredHandlers: ['java.util.HashSet', ['Ldap']] }],
    ['an expiry that is no date', { expirationPolicy: { '@class': 'x.DefaultRegisteredServiceExpirationPolicy', expirationDate: 'soon' } }],
    ['something in place of the strategy', { accessStrategy: 'open' }],
  ])('%s', (_, over) => {
    const { service, report, closed } = one(over);
    expect(service.enabled).toBe(false);
    expect(closed).toBe(1);
    expect(report).toMatch(/^- closed: /m);
  });

  it.each([
    ['one of several attributes was enough, and one is a group', strategy({ requireAllAttributes: false, requiredAttributes: { memberOf: ['a', 'b|c'], cn: ['x'] } }), ['a', 'b', 'c']],
    ['a dot in the name of a group is a dot', strategy({ requiredAttributes: { groupMembership: ['dept.admin'] } }), ['dept.admin']],
    ['conditions that are empty', strategy({ requiredAttributes: { '@class': 'java.util.HashMap' }, rejectedAttributes: {}, delegatedAuthenticationPolicy: null }), []],
  ])('but not where %s', (_, over, groups) => expect(one(over).service).toMatchObject({ enabled: true, groups }));
});

describe('attributes', () => {
  const released = (name: string, fields: object) => one(policy(name, fields)).service.attributes;
  it('of a filter without a counterpart are not released', () => {
    const filter = { '@class': 'org.apereo.cas.services.support.RegisteredServiceReverseMappedRegexAttributeFilter', patterns: { mail: 'x' } };
    expect(released('ReturnAllowedAttributeReleasePolicy', { allowedAttributes: ['mail', 'cn'], attributeFilter: filter })).toEqual([]);
  });
  it('that a filter leaves out are left out', () => {
    const filter = { '@class': 'org.apereo.cas.services.support.RegisteredServiceMappedRegexAttributeFilter', patterns: { mail: '^.+@a\\.org$' }, excludeUnmappedAttributes: true, completeMatch: true };
    expect(released('ReturnAllowedAttributeReleasePolicy', { allowedAttributes: ['mail', 'cn'], attributeFilter: filter })).toEqual([{ name: 'mail', only: '.+@a\\.org' }]);
  });
  it('of a pattern that was found anywhere may have anything around it, but where it was anchored', () => {
    const filter = { '@class': 'x.RegisteredServiceMappedRegexAttributeFilter', patterns: { a: 'x', b: '^x', c: 'x$' } };
    expect(released('ReturnAllowedAttributeReleasePolicy', { allowedAttributes: ['a', 'b', 'c'], attributeFilter: filter })).toEqual([
      { name: 'a', only: '.*x.*' },
      { name: 'b', only: 'x.*' },
      { name: 'c', only: '.*x' },
    ]);
  });
  it.each(['ReturnRestfulAttributeReleasePolicy', 'GroovyScriptAttributeReleasePolicy', 'PatternMatchingAttributeReleasePolicy'])('of %s are not released', (name) =>
    expect(released(name, { allowedAttributes: ['mail'] })).toEqual([]),
  );
  it('that Latchkey gives itself, and names that are too long, are told', () => {
    const { service, report } = one(policy('ReturnAllowedAttributeReleasePolicy', { allowedAttributes: ['groups', 'mail', `urn:${'x'.repeat(70)}`] }));
    expect(service.attributes).toEqual(['groups', 'mail']);
    expect(report).toMatch(/^- changed: attributeReleasePolicy `groups`: is given by Latchkey/m);
    expect(report).toMatch(/^- lost: attributeReleasePolicy `urn:x+`: the name of an attribute holds 64/m);
  });
  it('under a condition are not released', () => {
    expect(released('ReturnAllowedAttributeReleasePolicy', { allowedAttributes: ['mail'], activationCriteria: { '@class': 'x.Y' } })).toEqual([]);
  });
  it.each([
    ['replace', [{ name: 'a', values: ['2'] }]],
    ['add', [{ name: 'a', values: ['1'] }]],
    ['multivalued', [{ name: 'a', values: ['1'] }]],
  ])('of several policies are merged by %s', (mergingPolicy, rules) => {
    const fixed = (value: string) => ({ '@class': 'x.ReturnStaticAttributeReleasePolicy', allowedAttributes: { a: [value] } });
    expect(released('ChainingAttributeReleasePolicy', { mergingPolicy, policies: ['java.util.ArrayList', [fixed('1'), fixed('2')]] })).toEqual(rules);
  });
});

describe('dates of expiry (Apereo CAS: Configure Service Expiration Policy)', () => {
  const expiry = (expirationDate: string) => one({ expirationPolicy: { '@class': 'x.DefaultRegisteredServiceExpirationPolicy', expirationDate } }).service.expiresAt;
  it.each([
    ['2011-12-03T10:15:30', '2011-12-03T10:15:30Z'],
    ['09/24/1980 04:30 PM', '1980-09-24T16:30:00Z'],
    ['09/24/2014 6:30 AM', '2014-09-24T06:30:00Z'],
    ['09/24/2013 18:45', '2013-09-24T18:45:00Z'],
    ['09/24/2017', '2017-09-24T00:00:00Z'],
    ['2017-10-25', '2017-10-25T00:00:00Z'],
    ['09/24/2017 12:05 AM', '2017-09-24T00:05:00Z'],
    ['2017-02-30', undefined],
    ['13/01/2017', undefined],
  ])('%s is %s', (written, at) => expect(expiry(written)).toBe(at));
});

describe('definitions that match an address together', () => {
  const at = (pattern: string, name: string, id: number, over: object = {}) => definition({ serviceId: pattern, ...over }, name, id);
  const orders = (...given: ReturnType<typeof definition>[]) => {
    const { yaml, report } = importApereoServices(given);
    return { orders: Object.fromEntries(servicesOf(yaml).map(({ id, order }) => [id, order])), report };
  };
  const admin = at('^https://app\\.example\\.org/.*', 'Admin', 1);
  const login = at('^https://app\\.example\\.org/login$', 'Login', 2);

  it('and have the same order are asked by name, as CAS asks them', () => {
    expect(orders(login, admin).orders).toEqual({ admin: 10, login: 20 });
    expect(orders(login, admin).report).toContain('every service got a number');
  });
  it('and have orders of their own keep them', () => {
    expect(orders(login, at('^https://app\\.example\\.org/.*', 'Admin', 1, { evaluationOrder: 5 })).orders).toEqual({ admin: 5, login: undefined });
    expect(orders(at('^https://b\\.example\\.org/.*', 'B', 1), at('https://c\\.example\\.org/.*', 'C', 2), at('^https://.*\\.other\\.org/.*', 'D', 3)).orders).toEqual({});
  });
  it.each([
    ['is not converted', at('^https://.*\\.example\\.org/secret', 'Secret', 3)],
    ['covers fewer addresses now', at('^https://app\\.example\\.org.*', 'Secret', 3)],
  ])('are told of where the first %s', (what, first) => {
    expect(orders({ ...first }, at('^https://app\\.example\\.org/.*', 'Zoo', 4)).report).toMatch(new RegExp(`^- changed: evaluationOrder \`Secret\`: came before this service and ${what}`, 'm'));
  });
  it('are not told of where it comes after', () => {
    expect(orders(admin, at('^https://.*\\.example\\.org/secret', 'Secret', 3, { evaluationOrder: 9 })).report).not.toContain('came before');
  });
  it('are looked for among five hundred in a moment', () => {
    const many = Array.from({ length: 500 }, (_, index) => at(`^https?://app${index}\\.example\\.org/.*`, `App${index}`, index + 1));
    const before = process.cpuUsage();
    expect(orders(...many).orders).toEqual({});
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(20_000);
  });
});

describe('ids', () => {
  it('are made of names, and of numbers where names would be one', () => {
    const names = ['My Büro', 'my.app', 'A B', 'a-b', '图书馆', 'x'.repeat(99)];
    const { yaml } = importApereoServices(names.map((name, index) => ({ ...definition({ serviceId: `https://h${index}\\.example\\.org/.*`, name }, 'N', index + 1) })));
    expect(servicesOf(yaml).map(({ id }) => id)).toEqual(['my-buro', 'my.app', 'a-b-3', 'a-b-4', 'service-5', 'x'.repeat(64)]);
  });
});

describe('files that Apereo CAS would not load either', () => {
  it.each([
    ['broken', [{ name: 'A-1.json', text: '{"serviceId": "https://a/"' }], 'A-1.json cannot be read: line 1: the file ends before its }.'],
    ['no object', [{ name: 'A-1.json', text: '[]' }], 'A-1.json holds no object, so it is no service definition.'],
    ['without serviceId', [definition({ serviceId: undefined })], 'App-1.json has no serviceId, so nobody knows which addresses it is for.'],
    ['with the same id', [definition({}, 'A', 1), definition({}, 'B', 1)], 'A-1.json and B-1.json have the same id 1; give one of them another, or take it away.'],
    ['with the same name', [definition({ name: 'X' }, 'A', 1), definition({ name: 'X' }, 'B', 2)], 'A-1.json and B-2.json have the same name X; give one of them another, or take it away.'],
  ])('%s are refused in a sentence', (_, given, sentence) => expect(() => importApereoServices(given)).toThrow(new Error(sentence)));

  it('are refused with everything that is wrong', () => {
    expect(() => importApereoServices([{ name: 'A-1.json', text: '{' }, definition({ serviceId: '' }, 'B', 2)])).toThrow(/^A-1\.json .*\nB-2\.json .*$/);
  });
});

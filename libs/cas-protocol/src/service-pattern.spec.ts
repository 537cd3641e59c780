import { describe, expect, it } from '@jest/globals';
import { serviceMatcher, type RegisteredUrls } from './service-match.ts';
import { literalPrefix, servicePatternFault, type Match } from './service-pattern.ts';

const one = (url: string, match: Match, over: Partial<RegisteredUrls> = {}): RegisteredUrls => ({ id: url, urls: [url], match, ...over });
const found = (services: RegisteredUrls[], url: string) => serviceMatcher(services).find(url)?.service.id ?? null;

describe('wildcard host', () => {
  const wild = one('https://*.example.org/app', 'wildcard-host');
  it.each(['https://a.example.org/app', 'https://b-2.example.org/app/x?y', 'https://a.example.org/app?x'])('takes %s', (url) => expect(found([wild], url)).toBe(wild.id));
  it.each([
    'https://example.org/app',
    'https://a.b.example.org/app',
    'https://a.example.org.evil.example/app',
    'https://evilexample.org/app',
    'https://a.example.org:8443/app',
    'http://a.example.org/app',
    'https://a.example.org/application',
    'https://a.example.org/',
    'https://*.example.org/app',
    'https://.example.org/app',
  ])('does not take %s', (url) => expect(found([wild], url)).toBeNull());
  it.each(['https://*/', 'https://*.org/', 'https://*.*.org/', 'https://a*.example.org/', 'https://a.*.org/', 'https://*.1.2/', 'https://*.example.org/*', 'ftp://*.example.org/', 'https://*.example.org:443/'])(
    '%s cannot be registered',
    (url) => expect(servicePatternFault(url, 'wildcard-host')).not.toBeNull(),
  );
});

describe('regular expression', () => {
  const pattern = one('https://app.example.org/(one|two)/[a-z]+', 'regex');
  it('matches the whole rest, and no other origin', () => {
    expect(found([pattern], 'https://app.example.org/one/abc')).toBe(pattern.id);
    for (const url of ['https://app.example.org/one/abc/', 'https://app.example.org/x/one/abc', 'https://app.example.org/one/abc?x', 'https://appxexample.org/one/abc', 'http://app.example.org/one/abc', 'https://app.example.org.evil.example/one/abc'])
      expect(found([pattern], url)).toBeNull();
  });
  it.each(['https://app.example.org', 'https://.*/x', 'https://a.*b/x', 'https?://app.example.org/', 'https://(a|b).example.org/', 'https://app.example.org/(', 'https://app.example.org/(?=x)', 'https://app.example.org/(a)\\1', `https://app.example.org/${'a'.repeat(501)}`])(
    '%s cannot be registered',
    (url) => expect(servicePatternFault(url, 'regex')).not.toBeNull(),
  );
  it.each(['/.*a.{20}x', '/(.*a.{15}){2}', '/[ab]*a[ab]{12}c', '/.*a..................b'])('%s would make states for ever: refused', (source) =>
    expect(servicePatternFault(`https://app.example.org${source}`, 'regex')).toMatch(/too costly/),
  );
  it.each(['/.*', '/(.*)*x', '/(a+)+x', '/([a-z]+/?)*!', '/app/(v1|v2)/.*', '/app(/.*)?', '/[^/]+/login(\\?.*)?', '/\\w+/\\d{4}-\\d\\d'])('%s is good', (source) =>
    expect(servicePatternFault(`https://app.example.org${source}`, 'regex')).toBeNull(),
  );
  it.each([
    ['/app/.*', '/app/'],
    ['/app(/.*)?', '/app'],
    ['/app/?', '/app'],
    ['/a\\.b\\/c+', '/a.b/'],
    ['/a|b', ''],
    ['/a[|]b', '/a'],
    ['/\\d', '/'],
    ['/a{2}', '/'],
  ])('of %s every match begins with %j', (source, literal) => expect([literal, '']).toContain(literalPrefix(source)));
});

describe('several that match', () => {
  const services = [
    one('https://a.example.org/x', 'path-prefix', { id: 'prefix' }),
    one('https://*.example.org/', 'wildcard-host', { id: 'wild' }),
    one('https://a.example.org/.*', 'regex', { id: 'regex' }),
    one('https://a.example.org/x/y', 'exact', { id: 'exact' }),
    one('https://a.example.org/x/y', 'path-prefix', { id: 'longer' }),
  ];
  it('the more exact goes first, the longer before the shorter', () => {
    expect(found(services, 'https://a.example.org/x/y')).toBe('exact');
    expect(found(services, 'https://a.example.org/x/y/z')).toBe('longer');
    expect(found(services, 'https://a.example.org/x')).toBe('prefix');
    expect(found(services, 'https://a.example.org/other')).toBe('wild');
    expect(found(services.slice(2), 'https://a.example.org/other')).toBe('regex');
  });
  it('the least order goes before all of that', () => {
    for (const first of services) {
      const ordered = services.map((service) => (service === first ? { ...service, order: -1 } : service));
      expect(found(ordered, 'https://a.example.org/x/y')).toBe(first.id);
    }
  });
  it('does not depend on the order in which they were registered', () => {
    const twins = [one('https://a.example.org/', 'exact', { id: 'b' }), one('https://a.example.org/', 'exact', { id: 'a' })];
    expect([found(twins, 'https://a.example.org/'), found(twins.reverse(), 'https://a.example.org/')]).toEqual(['a', 'a']);
  });
  it('expressions of one origin and beginning are asked together, and the first of them wins', () => {
    const many = Array.from({ length: 300 }, (_, n) => one(`https://a.example.org/(x)?app-${n}/.*`, 'regex', { id: `s${n}`, order: 300 - n }));
    many.push(one('https://a.example.org/(x)?app-7[07]?/.*', 'regex', { id: 'late', order: 1_000 }), one('https://a.example.org/(x)?app-8[08]?/.*', 'regex', { id: 'early', order: -1 }));
    expect(found(many, 'https://a.example.org/app-77/')).toBe('s77');
    expect(found(many, 'https://a.example.org/xapp-88/')).toBe('early');
    expect(found(many, 'https://a.example.org/app-301/')).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { serviceMatcher, type RegisteredUrls } from './service-match.ts';
import { literalPrefix, literalsOf } from './service-expression.ts';
import { servicePatternFault, type Match } from './service-pattern.ts';

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
  it.each(['/.*', '/(.*)*x', '/(a+)+x', '/([a-z]+/?)*!', '/app/(v1|v2)/.*', '/app(/.*)?', '/[^/]+/login(\\?.*)?', '/\\w+/\\d{4}-\\d\\d', '/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.*', `/${'long/'.repeat(90)}.*`])('%s is good', (source) =>
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
    ['/a[(]|/b', ''],
    ['/a\\x41', ''],
    ['/(?i)a', ''],
    ['/a(?i)b', '/a'],
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

/** The same numbers each time (Lehmer): what fails once fails again. */
function numbers(seed: number): (below: number) => number {
  return (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
}

describe('looking for expressions instead of trying them', () => {
  const random = numbers(5);
  const pieces = ['a', 'b', 'ab', 'app-', '/x', '\\.', '.', '.*', '[ab]', '[^/]+', '(a|b)', '(app-)?', '(/x|b)*', '\\d', '1', '12', '3', 'a+', 'b{2}', '(?:12|3)', '[|(]', 'c?'];
  const expression = (): string => `/${Array.from({ length: 1 + random(6) }, () => pieces[random(pieces.length)]).join('')}`;
  const letters = ['a', 'b', 'ab', 'app-', '/x', '.', '1', '12', '3', 'bb', '(', 'c'];
  const rest = (): string => `/${Array.from({ length: random(8) }, () => letters[random(letters.length)]).join('')}`;
  const origin = 'https://a.example.org';

  it('every match holds the literals of its expression, one after the other, and begins with the first', () => {
    let matched = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const [source, text] = [expression(), rest()];
      if (!new RegExp(`^(?:${source})$`).test(text)) continue;
      matched += 1;
      let at = 0;
      for (const [index, literal] of literalsOf(source).entries()) {
        const found = text.indexOf(literal, at);
        if (found === -1 || (index === 0 && found !== 0)) throw new Error(`${source} matches ${text} without its literal ${literal}`);
        at = found + literal.length;
      }
    }
    expect(matched).toBeGreaterThan(500);
  });

  it('finds what trying each of them in turn would find, however many there are', () => {
    for (const count of [3, 9, 200]) {
      const services = Array.from({ length: count }, (_, index) => one(`${origin}${expression()}`, 'regex', { id: `s${index}`, order: random(3) }));
      const matcher = serviceMatcher(services);
      let hits = 0;
      for (let round = 0; round < 2_000; round += 1) {
        const url = origin + rest();
        const first = services
          .filter(({ urls: [pattern] }) => new RegExp(`^(?:${pattern!.slice(origin.length)})$`).test(url.slice(origin.length)))
          .sort((a, b) => a.order! - b.order! || literalPrefix(b.urls[0]!.slice(origin.length)).length - literalPrefix(a.urls[0]!.slice(origin.length)).length || (a.id < b.id ? -1 : 1))[0];
        // Of what can be read in two ways other tests tell.
        if (servicePatternFault(url, 'exact') !== null || url.includes('//', 8)) continue;
        hits += first === undefined ? 0 : 1;
        expect({ url, found: matcher.find(url)?.service.id }).toEqual({ url, found: first?.id });
      }
      expect(hits).toBeGreaterThan(10);
    }
  });

  it('an entry that was replaced is read again, and the others are not asked for anew', () => {
    const services = Array.from({ length: 20 }, (_, index) => one(`${origin}/(x)?app-${index}`, 'regex', { id: `s${index}` }));
    expect(found(services, `${origin}/app-7`)).toBe('s7');
    services[7] = one(`${origin}/moved`, 'exact', { id: 's7' });
    expect([found(services, `${origin}/app-7`), found(services, `${origin}/moved`), found(services, `${origin}/xapp-8`)]).toEqual([null, 's7', 's8']);
  });

  it('costs no more where expressions are many that could need states without end together', () => {
    const evil = Array.from({ length: 40 }, (_, index) => one(`${origin}/[ab]*a[ab]{7}${'cdefghijklmnop'[index % 14]}${index}`, 'regex', { id: `s${index}` }));
    const matcher = serviceMatcher(evil);
    const texts = Array.from({ length: 200 }, () => `${origin}/${Array.from({ length: 1_900 }, () => 'ab'[random(2)]).join('')}`);
    for (const text of texts) matcher.find(text);
    const before = process.cpuUsage();
    for (const text of texts) expect(matcher.find(text)).toBeNull();
    // 200 addresses, each through 40 expressions: linear is some 100 ms, states without end some minutes.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
  });
});

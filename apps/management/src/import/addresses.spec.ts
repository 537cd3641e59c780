import { describe, expect, it } from '@jest/globals';
import { serviceMatcher, type Match, type RegisteredUrls } from '@latchkey/cas-protocol';
import { readServiceId } from './addresses.ts';

const read = (pattern: string, partly = false) => readServiceId(pattern, partly).addresses.map(({ match, urls }) => `${match} ${urls.join(' ')}`);
const why = (pattern: string): string => {
  try {
    const { addresses, left } = readServiceId(pattern);
    expect(addresses).toEqual([]);
    return left.map((one) => `${one.what} ${one.why}`).join('; ');
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a serviceId (Apereo CAS: FullRegexRegisteredServiceMatchingStrategy)', () => {
  it.each([
    ['^https://app\\.example\\.org/.*', 'path-prefix https://app.example.org/'],
    ['https://app.example.org/.*', 'path-prefix https://app.example.org/'],
    ['^https://app\\.example\\.org/.*$', 'path-prefix https://app.example.org/'],
    ['(?i)^https://App\\.Example\\.org/.*', 'path-prefix https://app.example.org/'],
    ['https://app\\.example\\.org(/.*)?', 'path-prefix https://app.example.org'],
    ['https://app\\.example\\.org/cas/login', 'exact https://app.example.org/cas/login'],
    ['https://app\\.example\\.org', 'exact https://app.example.org'],
    ['https://app\\.example\\.org/?', 'exact https://app.example.org https://app.example.org/'],
    ['https?://app\\.example\\.org/.*', 'path-prefix http://app.example.org/ https://app.example.org/'],
    ['^(http|https)://app\\.example\\.org/index.php$', 'exact http://app.example.org/index.php https://app.example.org/index.php'],
    ['https://(www\\.)?app\\.example\\.org/.*', 'path-prefix https://app.example.org/ https://www.app.example.org/'],
    ['https://app[12]\\.example\\.org(:8443)?/.*', 'path-prefix https://app1.example.org/ https://app1.example.org:8443/ https://app2.example.org/ https://app2.example.org:8443/'],
    ['https://app\\.example\\.org/(one|two)/.*', 'path-prefix https://app.example.org/one/ https://app.example.org/two/'],
    ['https://app\\.example\\.org/app.*', 'regex https://app.example.org/app.*'],
    ['https://app\\.example\\.org/app(/.*)?', 'regex https://app.example.org/app(?:/.*)?'],
    ['https://app\\.example\\.org/.+', 'regex https://app.example.org/.+'],
    ['https://app\\.example\\.org/s/\\d{4}-[a-f]+?/x', 'regex https://app.example.org/s/[0-9]{4}-[A-Fa-f]+/x'],
    ['https://a\\.example\\.org/x|https://b\\.example\\.org/y', 'exact https://a.example.org/x https://b.example.org/y'],
    ['https://a\\.example\\.org/x|https://b\\.example\\.org/.*', 'regex https://a.example.org/x https://b.example.org/.*'],
    ['https://.*\\.example\\.org/.*', 'wildcard-host https://*.example.org/'],
    ['https://.+.example.org/app/.*', 'wildcard-host https://*.example.org/app/'],
    ['https://[^./]+\\.example\\.org(/.*)?', 'wildcard-host https://*.example.org'],
    ['https://.*example\\.org/.*', 'wildcard-host https://*.example.org/'],
    ['https://app\\.example\\.org.*', 'path-prefix https://app.example.org'],
    ['https://app\\.example\\.org.+', 'path-prefix https://app.example.org/'],
    ['https://app\\.example\\.org(:\\d+)?/.*', 'path-prefix https://app.example.org/'],
    ['https://app\\.example\\.org:443/.*|https://b\\.example\\.org/.*', 'path-prefix https://b.example.org/'],
    ['(https|imaps)://app\\.example\\.org/.*', 'path-prefix https://app.example.org/'],
    ['https://app\\.example\\.org/a%20b/(x|y)?', 'exact https://app.example.org/a%20b/ https://app.example.org/a%20b/x https://app.example.org/a%20b/y'],
  ])('%s is %s', (pattern, addresses) => expect(read(pattern).map((one) => one.split(' ').sort().join(' '))).toEqual([addresses.split(' ').sort().join(' ')]));

  it('with hosts of both kinds is two services', () => {
    expect(read('https://([^.]+\\.)?shop\\.example\\.org/.*')).toEqual(['path-prefix https://shop.example.org/', 'wildcard-host https://*.shop.example.org/']);
  });

  it('that was found anywhere begins an address (PartialRegexRegisteredServiceMatchingStrategy)', () => {
    expect(read('https://app\\.example\\.org/a', true)).toEqual(['regex https://app.example.org/a.*']);
    expect(readServiceId('https://app\\.example\\.org/a', true).notes).toHaveLength(1);
    expect(read('^https://app\\.example\\.org/a$', true)).toEqual(['exact https://app.example.org/a']);
    expect(read('\\d\\d\\d', true)).toEqual([]);
  });

  it.each([
    ['^(https|imaps)://.*', /leaves its host open.*imaps.* is neither http nor https/],
    ['.*', /leaves its scheme open/],
    ['https://node-\\d+\\.example\\.org/.*', /leaves its host open/],
    ['https://[a-z0-9-]+\\.example\\.org/.*', /leaves its host open/],
    ['https://app.*\\.example\\.org/.*', /leaves its host open/],
    ['https://.*/app', /leaves its host open/],
    ['https://.*\\.org/.*', /less than two labels/],
    ['https://.*\\.example\\.org/login', /joins a host with a free label to less/],
    ['https://\\*\\.example\\.org/.*', /has \* in its host/],
    ['https://user@app\\.example\\.org/', /has @ in its host/],
    ['https://app\\.example\\.org#x', /has # in its host/],
    ['testId', /neither http nor https/],
    ['https://app\\.example\\.org/(?!admin).*', /looks ahead/],
    ['https://app\\.example\\.org/(a)\\1', /uses \\1/],
    ['https://app\\.example\\.org/[a-z&&[^b]]', /combines sets/],
    ['https://app\\.example\\.org/[a[bc]]', /combines sets/],
    ['https://app\\.example\\.org/a++', /possessively/],
    ['https://app.example.org/**', /Ant pattern/],
    ['https://app\\.example\\.org/a{,3}', /repeats nothing|repeats a/],
    ['https://app\\.example\\.org/\\p{Alpha}', /uses \\p/],
    ['https://app\\.example\\.org/(', /does not close/],
    ['https://app\\.example\\.org/a^b', /in its middle/],
    ['https://host\\d{3}\\.example\\.org/.*', /more than 50/],
    ['https://app\\.example\\.org/[ab]*a[ab]{12}', /too costly/],
  ])('%s is refused', (pattern, reason) => expect(why(pattern)).toMatch(reason));

  it('says where dots without a backslash were taken as dots', () => {
    expect(readServiceId('https://app.example.org/.*').notes).toEqual([expect.stringContaining('dots without a backslash')]);
    expect(readServiceId('https://app\\.example\\.org/.*').notes).toEqual([]);
  });
});

/** The same numbers each time (Lehmer): what fails once fails again. */
function numbers(seed: number): (below: number) => number {
  return (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
}

describe('never wider: whatever we match, the pattern matched', () => {
  const matcherOf = (pattern: string, partly: boolean) => {
    try {
      const services = readServiceId(pattern, partly).addresses.map(({ match, urls }, index): RegisteredUrls => ({ id: `s${index}`, urls, match: match satisfies Match }));
      return services.length === 0 ? null : serviceMatcher(services);
    } catch {
      return null;
    }
  };
  /** Java's CASE_INSENSITIVE, and `matches` or `find`. */
  const original = (pattern: string, partly: boolean) => new RegExp(partly ? pattern : `^(?:${pattern})$`, 'i');

  it('for patterns as people write them', () => {
    const random = numbers(7);
    const pick = (list: readonly string[]): string => list[random(list.length)]!;
    const schemes = ['https', 'http', 'https?', '(http|https)', '(https|imaps)', 'HTTPS', '.*'];
    const hosts = ['app\\.example\\.org', 'app.example.org', '.*\\.example\\.org', '.*.example.org', '.+example.org', '[^.]+\\.example\\.org', '(.*\\.)?example\\.org', '(a|app|b)\\.example\\.org', 'app[0-3]?\\.example\\.org', '[\\w-]+\\.example\\.org', '[^.]*example\\.org', '(www\\.|app\\.)*example.org', 'app\\.example\\.(org|com)', '.*', 'app-\\w+.example.org', '.*\\.*example\\.org'];
    const ports = ['', '', '', ':8443', '(:8443)?', '(:\\d+)?', ':443', ':?'];
    const paths = ['', '/', '/?', '/app', '/app/', '/app.php', '/(app|b)?', '/[a-c]+/', '/app(/x)?', '/+', '(/app)?', '/a.p', '/app\\?x=1', '/APP', '/[^a]x', '/\\w{2,3}'];
    const tails = ['', '.*', '/.*', '(/.*)?', '.+', '(\\?.*)?', '$', '[/?].*', '/[^/]*', '.*\\.php', '(.*)', '?.*'];
    const urlHosts = ['app.example.org', 'a.example.org', 'b.app.example.org', 'example.org', 'evilexample.org', 'app.example.org.evil.com', 'appxexample.org', 'app1.example.org', 'a_b.example.org', '.example.org', 'app-x.example.org', 'app.example.com', 'evil.com', 'app', '*.example.org', 'app.exampleorg', 'www.app.example.org'];
    const urlPorts = ['', '', ':8443', ':80', ':9'];
    const urlPaths = ['', '/', '/app', '/app/', '/app/x', '/app/x/y.php', '/application', '/app.php', '/appxphp', '/b', '/b/app', '/abc/', '/app?x=1', '/app/?x=1', '//app', '/axp', '/bx', '/ax', '/APP', '/app/.example.org/', '/.example.org/', '/ab', '/abcd', '/?a'];
    const urls = ['http', 'https'].flatMap((scheme) => urlHosts.flatMap((host) => urlPorts.flatMap((port) => urlPaths.map((path) => `${scheme}://${host}${port}${path}`))));
    const seen = { carried: 0, matched: 0 };
    for (let round = 0; round < 1_500; round += 1) {
      const pattern = `${pick(['', '^'])}${pick(schemes)}://${pick(hosts)}${pick(ports)}${pick(paths)}${pick(tails)}`.replace(/\?\?\.\*$/, '?.*');
      const partly = random(5) === 0;
      const matcher = matcherOf(pattern, partly);
      if (matcher === null) continue;
      seen.carried += 1;
      const expression = original(pattern, partly);
      for (let probe = 0; probe < 200; probe += 1) {
        const url = urls[random(urls.length)]!;
        if (matcher.find(url) === null) continue;
        seen.matched += 1;
        if (!expression.test(url)) throw new Error(`${pattern}${partly ? ' (partly)' : ''} did not match ${url}, and ${JSON.stringify(readServiceId(pattern, partly).addresses)} does`);
      }
    }
    expect(seen.carried).toBeGreaterThan(300);
    expect(seen.matched).toBeGreaterThan(500);
  });

  it('for expressions of any shape', () => {
    const random = numbers(11);
    const tokens = ['a', 'b', 'B', '1', '.', '\\.', '/', '[ab]', '[^a]', '[^A-C]', '[\\w.-]', '(', '(?:', '|', ')', '*', '+', '?', '{2}', '{1,2}', '\\d', '\\W', '\\S', '.*', '^', '$', '-'];
    const letters = ['a', 'b', 'B', 'c', '1', '.', '/', '-', '_', '?'];
    const seen = { carried: 0, matched: 0 };
    for (let round = 0; round < 4_000; round += 1) {
      const pattern = `https://app\\.example\\.org/${Array.from({ length: 1 + random(7) }, () => tokens[random(tokens.length)]).join('')}`;
      const matcher = matcherOf(pattern, false);
      if (matcher === null) continue;
      const expression = original(pattern, false);
      seen.carried += 1;
      for (let probe = 0; probe < 60; probe += 1) {
        const url = `https://app.example.org/${Array.from({ length: random(5) }, () => letters[random(letters.length)]).join('')}`;
        if (matcher.find(url) === null) continue;
        seen.matched += 1;
        if (!expression.test(url)) throw new Error(`${pattern} did not match ${url}, and ${JSON.stringify(readServiceId(pattern).addresses)} does`);
      }
    }
    expect(seen.carried).toBeGreaterThan(500);
    expect(seen.matched).toBeGreaterThan(1_000);
  });
});

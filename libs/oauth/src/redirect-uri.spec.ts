import { describe, expect, it } from '@jest/globals';
import { isRegisteredRedirectUri } from './redirect-uri.ts';

const REGISTERED = 'https://client.example/callback';

/** Each makes another address out of a registered one that some parser would take for the same. */
const VARIANTS: Record<string, (uri: string) => string> = {
  'a trailing slash': (uri) => `${uri}/`,
  'an appended path': (uri) => `${uri}/../evil`,
  'a longer path': (uri) => `${uri}evil`,
  'an empty query': (uri) => `${uri}?`,
  'a query': (uri) => `${uri}?next=https://evil.example`,
  'a fragment': (uri) => `${uri}#x`,
  'an empty fragment': (uri) => `${uri}#`,
  'another case of the host': (uri) => uri.replace('client', 'CLIENT'),
  'another case of the scheme': (uri) => uri.replace('https', 'HTTPS'),
  'another case of the path': (uri) => uri.replace('callback', 'Callback'),
  'plain http': (uri) => uri.replace('https', 'http'),
  'the default port': (uri) => uri.replace('.example', '.example:443'),
  'another port': (uri) => uri.replace('.example', '.example:8443'),
  'a user part': (uri) => uri.replace('://', '://client.example@'),
  'a foreign host behind a user part': (uri) => uri.replace('/callback', '@evil.example/callback'),
  'a suffixed host': (uri) => uri.replace('.example', '.example.evil.test'),
  'a subdomain': (uri) => uri.replace('client', 'x.client'),
  'a trailing dot': (uri) => uri.replace('.example', '.example.'),
  'a backslash': (uri) => uri.replace('/callback', '\\callback'),
  'an encoded character': (uri) => uri.replace('callback', 'c%61llback'),
  'an encoded slash': (uri) => uri.replace('/callback', '%2Fcallback'),
  'a double slash': (uri) => uri.replace('/callback', '//callback'),
  'a dot segment': (uri) => uri.replace('/callback', '/./callback'),
  'a path parameter': (uri) => `${uri};x`,
  'a leading space': (uri) => ` ${uri}`,
  'a trailing space': (uri) => `${uri} `,
  'a newline': (uri) => `${uri}\n`,
  'a tab inside': (uri) => uri.replace('client', 'cli\tent'),
  'a NUL': (uri) => `${uri}\0`,
  'a full-width dot': (uri) => uri.replace('.example', '．example'),
  'a wildcard': (uri) => uri.replace('client', '*'),
  'nothing at all': () => '',
  'a relative address': () => '/callback',
  'a scheme-relative address': (uri) => uri.replace('https:', ''),
  javascript: () => 'javascript:alert(1)//client.example/callback',
};

describe('redirect_uri (RFC 9700 §4.1.3: exact string matching)', () => {
  it('is accepted when it is the registered one, byte for byte', () => {
    expect(isRegisteredRedirectUri([REGISTERED], REGISTERED)).toBe(true);
    expect(isRegisteredRedirectUri([`${REGISTERED}?a=b`], `${REGISTERED}?a=b`)).toBe(true);
  });

  it.each(Object.keys(VARIANTS))('is refused with %s', (name) => {
    expect(isRegisteredRedirectUri([REGISTERED], VARIANTS[name]!(REGISTERED))).toBe(false);
  });

  it('is refused when nothing is registered', () => {
    expect(isRegisteredRedirectUri([], REGISTERED)).toBe(false);
  });
});

describe('loopback redirect_uri (RFC 8252 §7.3: any port)', () => {
  const v4 = 'http://127.0.0.1/callback?x=1';
  const v6 = 'http://[::1]:9999/callback';

  it.each([1, 80, 8080, 65_535])('may name port %i', (port) => {
    expect(isRegisteredRedirectUri([v4], `http://127.0.0.1:${port}/callback?x=1`)).toBe(true);
    expect(isRegisteredRedirectUri([v6], `http://[::1]:${port}/callback`)).toBe(true);
  });

  it.each([
    'http://127.0.0.1:8080/other?x=1',
    'http://127.0.0.1:8080/callback',
    'http://127.0.0.1:8080/callback?x=1&y=2',
    'http://127.0.0.1:8080/callback?x=1#',
    'http://[::1]:8080/callback?x=1',
    'http://127.0.0.2:8080/callback?x=1',
    'http://localhost:8080/callback?x=1',
    'https://127.0.0.1:8080/callback?x=1',
    'http://127.0.0.1:65536/callback?x=1',
    'http://127.0.0.1:080/callback?x=1',
    'http://127.0.0.1:/callback?x=1',
    'http://127.0.0.1:80@evil.example/callback?x=1',
    'http://127.0.0.1:80\\@evil.example/callback?x=1',
    'http://127.0.0.1.evil.example:80/callback?x=1',
    'http://127.1:80/callback?x=1',
    'http://2130706433:80/callback?x=1',
    'HTTP://127.0.0.1:80/callback?x=1',
  ])('is refused as %p', (given) => {
    expect(isRegisteredRedirectUri([v4], given)).toBe(false);
  });

  it('varies no port of a name, localhost included (RFC 8252 §8.3)', () => {
    expect(isRegisteredRedirectUri(['http://localhost:3000/callback'], 'http://localhost:3001/callback')).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { adminResource } from '../guard/built-in.ts';
import { hashClientSecret } from '../registry/client-secret.ts';
import { parseDeclaration } from './parse-declaration.ts';

const refused = (text: string): string[] => {
  const parsed = parseDeclaration(text, [adminResource('https://login.example.org')]);
  if ('ok' in parsed) throw new Error('the declaration was accepted');
  return parsed.errors.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};
const accepted = (text: string) => {
  const parsed = parseDeclaration(text, [adminResource('https://login.example.org')]);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors, null, 2));
  return parsed.ok;
};

const secret = 'x'.repeat(32);
const client = (lines: string): string => `clients:\n  - id: calendar\n    name: Calendar\n${lines.replace(/^/gm, '    ')}\n`;

describe('latchkey.yaml', () => {
  it('may be empty', () => {
    expect(accepted('')).toEqual({ people: [], services: [], clients: [], resources: [] });
  });

  it('keeps the hash of a secret in clear, never the secret', () => {
    const { clients } = accepted(client(`secret: ${secret}\nredirectUris: ["http://127.0.0.1:8082/callback"]`));
    expect(clients[0]?.secretHash).toBe(hashClientSecret(secret));
    expect(JSON.stringify(clients)).not.toContain(secret);
  });

  it('may use aliases', () => {
    const { people } = accepted('people:\n  - {username: ada, name: Ada, groups: &g [staff]}\n  - {username: grace, name: Grace, groups: *g}');
    expect(people[1]?.groups).toEqual(['staff']);
  });

  it('may use the built-in scopes and resource of the admin API', () => {
    accepted(
      client(`secret: ${secret}\ngrantTypes: [client_credentials]\nscopes: [admin]\nresources: ["https://login.example.org/admin"]`),
    );
  });

  it('is refused with every error of its shape, each at its line', () => {
    expect(
      refused(
        [
          'people:', //                                      1
          '  - username: ada', //                            2
          '    attributes:', //                              3
          '      email: ada@example.org', //                 4
          '      age: [36]', //                              5
          '  - username: "a b"', //                          6
          '    name: A B', //                                7
          '    pasword: hunter2', //                         8
          'services:', //                                    9
          '  - id: Box Office', //                            10
          '    name: Box office', //                         11
          '    urls: [ftp://example.org/]', //               12
          '    match: ant', //                               13
          'clints: []', //                                   14
        ].join('\n'),
      ),
    ).toEqual([
      '2 people[0].name: is missing',
      '4 people[0].attributes.email: must be a list, also when it has a single value',
      '5 people[0].attributes.age[0]: must be text; put numbers, dates, yes and no into quotes',
      '6 people[1].username: must not contain white space or control characters',
      '8 people[1].pasword: is not a known key here',
      '10 services[0].id: use 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit',
      '12 services[0].urls[0]: must begin with http:// or https:// and a host, also where match is regex, and hold no fragment or user part',
      '13 services[0].match: must be one of exact, path-prefix, wildcard-host, regex',
      '14 clints: is not a known key here',
    ]);
  });

  it('is refused with every contradiction between its entries, each at its line', () => {
    expect(
      refused(
        [
          'people:', //                                                     1
          '  - {username: ada, name: Ada}', //                              2
          '  - username: Ada', //                                           3
          '    name: Ada again', //                                         4
          '    password: correct horse battery staple', //                  5
          '    passwordHash: $argon2id$v=19$m=19456,t=2,p=1$YQ$Yg', //      6
          'clients:', //                                                    7
          '  - id: calendar', //                                            8
          '    name: Calendar', //                                          9
          '    scopes: [openid, orders:read]', //                           10
          '    resources: [http://127.0.0.1:8081/api]', //                  11
          '  - id: calendar', //                                            12
          '    name: Calendar', //                                          13
          '    authentication: none', //                                    14
          '    grantTypes: [client_credentials]', //                        15
          '  - id: latchkey-admin', //                                      16
          '    name: Mine', //                                              17
          `    secret: ${secret}`, //                                       18
          '    redirectUris: [http://127.0.0.1:8082/callback]', //          19
        ].join('\n'),
      ),
    ).toEqual([
      '3 people[1].username: stands twice: people[0] has it too',
      '6 people[1].passwordHash: stands beside password: give one of the two',
      '8 clients[0].redirectUris: is needed for the grant type authorization_code',
      '8 clients[0].secret: is needed for the authentication client_secret_basic',
      '10 clients[0].scopes[1]: the scope orders:read is neither standard nor a scope of any resource',
      '11 clients[0].resources[0]: no resource with the id http://127.0.0.1:8081/api is registered',
      '12 clients[1].id: stands twice: clients[0] has it too',
      '15 clients[1].grantTypes: client_credentials is for clients that authenticate (RFC 6749 §4.4)',
      '16 clients[2].id: is the id of a built-in client',
    ]);
  });

  it.each([
    ['forward auth at a single address', 'services:\n  - {id: wiki, name: Wiki, urls: [https://wiki.example/], forwardAuth: true}', 'use path-prefix'],
    ['a short secret', client('secret: short\nredirectUris: [http://127.0.0.1/cb]'), 'at least 32 characters'],
    ['doubled keys', 'people: []\npeople: []', 'stands twice'],
    ['a tag of its own', 'people: !env [X]', 'tags are not allowed'],
    ['a tag that builds things', 'people: !!js/function "x"', 'tags are not allowed'],
    ['merge keys', 'people:\n  - <<: {username: ada}\n    name: Ada', 'is not a known key here'],
    ['two documents', 'people: []\n---\nclients: []', 'more than one document'],
    ['a list for the whole', '- people', 'must be a set of keys'],
    ['a key that is a list', '? [a]\n: 1', 'a key must be a plain word'],
    ['a NUL', 'people: [{username: ada, name: "A\\0"}]', 'NUL'],
    ['half a character', 'people: [{username: ada, name: "A\\ud800"}]', 'half a character'],
    ['a hash that nobody can check', 'people: [{username: ada, name: Ada, passwordHash: $argon2id$nonsense}]', 'cannot be read'],
    ['a hash that takes all memory', 'people: [{username: ada, name: Ada, passwordHash: "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"}]', '256 MiB'],
    ['broken YAML', 'people: [', ''],
    ['nesting without end', 'a: ' + '['.repeat(200_000), ''],
    ['an alias to nothing', 'people: *nobody', ''],
    ['more than 5 MB', `#${'x'.repeat(5 * 1024 * 1024)}`, '5 MB'],
  ])('is refused with %s', (_, text, message) => {
    expect(refused(text).join('\n')).toContain(message);
  });

  it('is refused when few lines unfold to a billion', () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 10; level += 1) bomb.push(`a${level}: &a${level} [${`*a${level - 1},`.repeat(10)}]`);
    expect(refused(bomb.join('\n'))).toEqual([expect.stringContaining('aliases')]);
  });

  it('cannot reach the prototype of anything', () => {
    expect(refused('__proto__: {people: []}')).toEqual(['1 __proto__: is not a known key here']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { PASSWORD, SECRET, declaration } from './platform/declaration.ts';
import { VERIFIER, Walk } from './platform/walk.ts';

const GUESS = 'a-guess-of-a-password-1815';
const TYPED_INTO_THE_NAME = 'my-password-in-the-wrong-box';
const NEW_PASSWORD = 'nine violet elephants at noon';

interface Line {
  readonly log?: string;
  readonly event?: string;
  readonly trace?: string;
  readonly span?: string;
  readonly [field: string]: unknown;
}

/** What a page gave away that nobody else may know: cookies, and hidden values of forms. */
function secretsOf(page: Page): string[] {
  const cookies = [page.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0]!.split('=').slice(1).join('='));
  const hidden = [...page.body.matchAll(/<input[^>]*type="hidden"[^>]*value="([^"]{16,})"/g)].map(([, value]) => value!);
  return [...cookies, ...hidden].filter((value) => value.length >= 16);
}

describe('logs at their most talkative hold no secret (ASVS 16.2.5, security.md §4.5)', () => {
  const written: string[] = [];
  const secrets = new Set<string>([PASSWORD, GUESS, TYPED_INTO_THE_NAME, NEW_PASSWORD, VERIFIER, ...Object.values(SECRET)]);
  let application: Application;
  let lines: Line[];

  beforeAll(async () => {
    application = await Application.start();
    const platform = await launchPlatform({
      declaration: declaration({ application: application.url }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
      log: (line) => void written.push(line),
    });
    try {
      await wholeWalk(platform);
    } finally {
      await platform.close();
    }
    lines = written.map((line) => JSON.parse(line) as Line);
  });
  afterAll(() => application?.close());

  const keep = <P extends Page>(page: P): P => {
    for (const secret of secretsOf(page)) secrets.add(secret);
    return page;
  };

  async function wholeWalk(platform: Launched): Promise<void> {
    const walk = new Walk(platform, application.url);
    const browser = new Browser();
    await signIns(platform, walk, browser);
    await tickets(walk, browser);
    await tokens(walk, browser);
    await administration(platform, walk);
    keep(await browser.visit(`${platform.url}/cas/logout`));
    await application.until(() => application.told.some(({ path }) => path === '/backchannel/web'));
    for (const { form } of application.told) for (const value of form.values()) secrets.add(value);
  }

  async function signIns(platform: Launched, walk: Walk, browser: Browser): Promise<void> {
    keep(await walk.signIn(browser, 'ada', GUESS));
    keep(await walk.signIn(browser, TYPED_INTO_THE_NAME, GUESS));
    keep(await browser.visit(`${platform.url}/cas/login?password=${encodeURIComponent(GUESS)}`));
    keep(await walk.signIn(browser));
    for (const name of ['latchkey', '__Host-latchkey']) secrets.add(browser.cookie(platform.url, name) ?? PASSWORD);
  }

  async function tickets(walk: Walk, browser: Browser): Promise<void> {
    const ticket = await walk.ticket(browser);
    secrets.add(ticket);
    expect(await walk.validate(ticket)).toContain('authenticationSuccess');
    expect(await walk.validate(ticket)).toContain('INVALID_TICKET');
  }

  async function tokens(walk: Walk, browser: Browser): Promise<void> {
    const code = await walk.code(browser, walk.web);
    secrets.add(code);
    const first = JSON.parse((await walk.redeem(code)).body) as Record<string, string>;
    expect((await walk.redeem(code)).status).toBe(400);
    const third = await walk.tokens(browser, walk.third);
    const next = JSON.parse((await walk.refresh(third.refresh_token!, 'third')).body) as Record<string, string>;
    const after = JSON.parse((await walk.refresh(next['refresh_token']!, 'third')).body) as Record<string, string>;
    expect((await walk.refresh(third.refresh_token!, 'third')).status).toBe(400);
    for (const given of [first, third, next, after]) for (const name of ['access_token', 'refresh_token', 'id_token']) secrets.add(String(given[name] ?? PASSWORD));
    await walk.tokens(browser);
    await walk.introspect(first['access_token']!);
    expect((await walk.token({ grant_type: 'client_credentials' }, { id: 'robot', secret: GUESS })).status).toBe(401);
  }

  async function administration(platform: Launched, walk: Walk): Promise<void> {
    expect((await walk.admin('PUT', '/people', { username: 'trent', name: 'Trent', password: NEW_PASSWORD })).status).toBe(201);
    const robot = await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.org/' }, { id: 'robot', secret: SECRET.service });
    const { access_token } = JSON.parse(robot.body) as { access_token: string };
    secrets.add(access_token);
    const refused = await new Browser({ accept: 'application/json' }).visit(`${platform.url}/admin/v1/people`, { headers: { authorization: `Bearer ${access_token}` } });
    expect(refused.status).toBe(401);
    const rotated = await walk.admin('POST', '/clients/other/secret');
    secrets.add(String((rotated.body as { secret: string }).secret));
  }

  it('no password, ticket, code, token, cookie, form token or client secret that was seen', () => {
    const told = written.join('\n');
    expect(secrets.size).toBeGreaterThan(25);
    expect([...secrets].filter((secret) => told.includes(secret) || told.includes(encodeURIComponent(secret)))).toEqual([]);
  });

  it('nor anything that looks like one: JWTs, credentials of rooms, passwords in URLs, keys', () => {
    const told = written.join('\n');
    for (const like of [/eyJ[\w-]{10,}\.[\w-]{10,}/, /Bearer [\w-]{8,}/, /Basic [\w+/=]{8,}/, /postgres\w*:\/\/[^\s"@]*:[^\s"@]+@/, /c{43}|f{43}|k{43}|d{43}/, /BEGIN [A-Z ]*PRIVATE KEY/, /\$argon2/]) {
      expect(like.exec(told)?.[0] ?? null).toBeNull();
    }
  });

  it('each line is JSON with a time in UTC, a level and the room; what a request did has its trace and span', () => {
    const secured = lines.filter(({ log }) => log !== undefined);
    expect(secured.length).toBeGreaterThan(30);
    expect(secured.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(line['time'])) || typeof line['level'] !== 'number' || typeof line['room'] !== 'string')).toEqual([]);
    const requests = lines.filter(({ log }) => log === 'request');
    expect(requests.filter(({ trace, span }) => !/^[0-9a-f]{32}$/.test(trace ?? '') || !/^[0-9a-f]{16}$/.test(span ?? ''))).toEqual([]);
  });

  it('login, failure, consent, grant, revocation, admin change and replay are there by name', () => {
    const events = new Set(lines.filter(({ log }) => log === 'security').map(({ event }) => event));
    expect([...events].sort()).toEqual(
      expect.arrayContaining([
        'admin.changed',
        'admin.refused',
        'client.refused',
        'code.replayed',
        'consent.decided',
        'grant.revoked',
        'person.changed',
        'refresh-token.replayed',
        'session.ended',
        'session.started',
        'sign-in.failed',
        'sign-in.succeeded',
        'ticket.refused',
        'token.issued',
      ]),
    );
  });

  it('a name that was typed is a mark, by which attempts on one account can be told', () => {
    const marks = lines.filter(({ event }) => event === 'sign-in.failed').map(({ name }) => name);
    expect(marks).toEqual([expect.stringMatching(/^mark:[0-9a-f]{12}$/), expect.stringMatching(/^mark:[0-9a-f]{12}$/)]);
    expect(new Set(marks).size).toBe(2);
  });

  it('a request is one line with its route, never its address', () => {
    const requests = lines.filter(({ log, level }) => log === 'request' && level === 30);
    expect(requests).toContainEqual(expect.objectContaining({ method: 'GET', route: '/cas/login', status: 200, ms: expect.any(Number) }));
    expect(requests.filter(({ route }) => /[?=]/.test(String(route)))).toEqual([]);
  });
});

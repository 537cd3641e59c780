import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS, processMetrics } from '@latchkey/runtime';
import { Browser, launchPlatform, type Launched } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { SECRET, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

describe('metrics of a running platform', () => {
  const metrics = processMetrics({ defaults: false });
  let application: Application;
  let platform: Launched;
  let walk: Walk;
  let first: string;

  beforeAll(async () => {
    application = await Application.start();
    platform = await launchPlatform({ declaration: declaration({ application: application.url }), environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort }, metrics });
    walk = new Walk(platform, application.url);
    await stay('ada');
    first = await metrics.text();
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  /** All that one person does, from the door to the door. */
  async function stay(username: string): Promise<void> {
    const browser = new Browser();
    await walk.signIn(browser, username, 'wrong');
    await walk.signIn(browser, username);
    const ticket = await walk.ticket(browser);
    await walk.validate(ticket);
    await walk.validate(ticket);
    await walk.tokens(browser);
    const third = await walk.tokens(browser, walk.third);
    await walk.refresh(third.refresh_token!, 'third');
    await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.org/' }, { id: 'robot', secret: SECRET.service });
    await browser.visit(`${platform.url}/${username}/is/not/a/route`);
    await browser.visit(`${platform.url}/cas/${username}`);
    application.told.length = 0;
    await browser.visit(`${platform.url}/cas/logout`);
    await application.until(() => ['/shop', '/backchannel/web', '/backchannel/third'].every((path) => application.told.some((told) => told.path === path)));
    await Promise.all((['cas', 'token-issuer'] as const).map((room) => platform.rooms.get(room)!.runJob('deliveries')));
  }

  const seriesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.replace(/ [^ ]*$/, ''));
  const valueOf = (text: string, series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ').at(-1));

  it('every metric of the table is there, and no other', () => {
    const typed = [...first.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(typed.sort()).toEqual(Object.keys(METRICS).sort());
  });

  it.each([
    ['latchkey_sign_ins_total{outcome="signed-in"}', 1],
    ['latchkey_sign_ins_total{outcome="refused"}', 1],
    ['latchkey_sessions_started_total', 1],
    ['latchkey_sessions_ended_total{reason="sign-out"}', 1],
    ['latchkey_tickets_validated_total{outcome="valid"}', 1],
    ['latchkey_tickets_validated_total{outcome="INVALID_TICKET"}', 1],
    ['latchkey_tokens_issued_total{grant_type="authorization_code"}', 2],
    ['latchkey_tokens_issued_total{grant_type="refresh_token"}', 1],
    ['latchkey_tokens_issued_total{grant_type="client_credentials"}', 1],
    ['latchkey_deliveries_total{room="cas",protocol="cas",outcome="delivered"}', 1],
    ['latchkey_deliveries_total{room="token-issuer",protocol="oidc",outcome="delivered"}', 2],
    ['latchkey_deliveries_waiting{room="cas"}', 0],
    ['latchkey_bus_events_total{room="cas",event="session.ended",outcome="handled"}', 1],
    ['latchkey_peer_asks_total{room="cas",to="session-store",ask="start",outcome="answered"}', 1],
  ])('%s is %i', (series, value) => expect(valueOf(first, series)).toBe(value));

  it('statements are told by their names, and how long they took is counted', () => {
    expect(valueOf(first, 'latchkey_postgres_statements_total{room="cas",statement="visit_enter",outcome="ok"}')).toBe(1);
    expect(valueOf(first, 'latchkey_postgres_statement_duration_seconds_count{room="cas"}')).toBeGreaterThan(5);
    expect(valueOf(first, 'latchkey_postgres_connections{room="cas",state="idle"}')).toBeGreaterThan(0);
  });

  it('a second person who does the same adds no series: labels are bounded', async () => {
    await stay('grace');
    const known = new Set(seriesOf(first));
    const added = seriesOf(await metrics.text()).filter((series) => !known.has(series));
    // What works by the clock may have had its first turn meanwhile.
    expect(added.filter((series) => !/^latchkey_(bus_events|postgres_statements)_total/.test(series))).toEqual([]);
    expect(first).not.toMatch(/ada|shop|robot|http:\/\//);
  });
});

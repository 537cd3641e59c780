import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionCopyKey } from '@latchkey/contracts';
import { Browser, launchPlatform, type Launched } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { API, SECRET, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

/** The table of design §9: what each hot request may cost others. */
interface Budget {
  readonly asks: number;
  readonly trips: number;
  readonly statements: number;
}

describe('hot paths cost no more than the table of design §9', () => {
  let application: Application;
  let platform: Launched;
  let walk: Walk;
  let browser: Browser;

  beforeAll(async () => {
    application = await Application.start();
    platform = await launchPlatform({ declaration: declaration({ application: application.url }) });
    walk = new Walk(platform, application.url);
    browser = new Browser();
    await walk.signIn(browser);
    await walk.tokens(browser);
    await walk.tokens(browser, walk.third);
    await walk.validate(await walk.ticket(browser));
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  /** Counts one request, and prints what it cost when it cost too much. */
  async function within(budget: Budget, request: () => Promise<unknown>): Promise<void> {
    platform.counts.reset();
    await request();
    const { asks, trips, statements } = platform.counts;
    const cost = { asks: [...asks], trips: [...trips], statements: [...statements] };
    expect({ ...cost, over: cost.asks.length > budget.asks || cost.trips.length > budget.trips || cost.statements.length > budget.statements }).toEqual({ ...cost, over: false });
  }

  it('GET /cas/login with a session: 0 asks, 2 trips, 0 statements', () => within({ asks: 0, trips: 2, statements: 0 }, () => walk.ticket(browser)));

  it('GET /cas/p3/serviceValidate: 0 asks, 2 trips, 1 statement', async () => {
    const ticket = await walk.ticket(browser);
    await within({ asks: 0, trips: 2, statements: 1 }, async () => expect(await walk.validate(ticket)).toContain('authenticationSuccess'));
  });

  it('GET /oauth2/authorize, first-party: 0 asks, 2 trips, 0 statements', () => within({ asks: 0, trips: 2, statements: 0 }, () => walk.code(browser, walk.web)));

  it('GET /oauth2/authorize, third-party: 1 ask, 2 trips, 1 statement', () => within({ asks: 1, trips: 2, statements: 1 }, () => walk.code(browser, walk.third)));

  it('POST /oauth2/token, code: 0 asks, 2 trips, 1 statement', async () => {
    const code = await walk.code(browser, walk.web);
    await within({ asks: 0, trips: 2, statements: 1 }, async () => expect((await walk.redeem(code)).status).toBe(200));
  });

  it.each(['web', 'third'] as const)('POST /oauth2/token, refresh of %s: 0 asks, 1 trip, 1 statement', async (client) => {
    const tokens = await walk.tokens(browser, walk[client]);
    await within({ asks: 0, trips: 1, statements: 1 }, async () => expect((await walk.refresh(tokens.refresh_token!, client)).status).toBe(200));
  });

  it('POST /oauth2/token, client_credentials: nothing', () =>
    within({ asks: 0, trips: 0, statements: 0 }, async () => {
      const answer = await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }, { id: 'robot', secret: SECRET.service });
      expect(answer.status).toBe(200);
    }));

  it('introspect: 0 asks, 1 trip, 1 statement', async () => {
    const tokens = await walk.tokens(browser);
    await within({ asks: 0, trips: 1, statements: 1 }, async () => expect((await walk.introspect(tokens.access_token)).active).toBe(true));
  });

  it('userinfo: 1 ask, 1 trip, 2 statements (its own and the one of cas)', async () => {
    const tokens = await walk.tokens(browser);
    await within({ asks: 1, trips: 1, statements: 2 }, async () => {
      const page = await new Browser().visit(`${platform.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      expect(page.status).toBe(200);
    });
  });

  it('password sign-in: 1 ask, 2 trips, 4 statements', async () => {
    const fresh = new Browser();
    const page = await fresh.visit(`${platform.url}/cas/login?service=${encodeURIComponent(`${application.url}/shop`)}`);
    await within({ asks: 1, trips: 2, statements: 4 }, async () => {
      const answer = await fresh.submit(page, { login: 'grace', password: 'correct horse battery staple' }, { follow: false });
      expect(answer.status).toBe(303);
    });
  });

  it('a miss of the hot copy adds 1 ask, 2 trips, 1 statement', async () => {
    const sid = browser.cookie(platform.url, 'latchkey')!.split('-')[0]!;
    await platform.hot.drop(sessionCopyKey('main', sid));
    await within({ asks: 1, trips: 4, statements: 1 }, () => walk.ticket(browser));
  });
});

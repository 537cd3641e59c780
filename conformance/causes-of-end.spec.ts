import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform, type Launched } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { Application } from './platform/application.ts';
import { PASSWORD, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

/** Everything that ends a session. Each must reach every application that took part (issue: logout always arrives). */
type End = (walk: Walk, browser: Browser, context: { subject: string; sid: string; username: string; platform: Launched; idToken: string }) => Promise<unknown>;

const CAUSES: Record<string, { end: End }> = {
  'CAS sign-out (CAS 3.0 §2.3)': { end: (walk, browser) => browser.visit(`${walk.platform.url}/cas/logout`) },
  'RP-initiated logout (OIDC RP-Initiated Logout 1.0 §2)': {
    end: (walk, browser, { idToken }) =>
      browser.visit(`${walk.platform.url}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${walk.application}/bye` })}`, {
        until: (url) => url.startsWith(walk.application),
      }),
  },
  'an administrator ends the session': {
    end: async (walk, _browser, { sid }) => expect((await walk.admin('DELETE', `/sessions/${sid}`)).status).toBeLessThan(300),
  },
  'the person is disabled': {
    end: async (walk, _browser, { subject }) => expect((await walk.admin('POST', `/people/${subject}/disable`)).status).toBeLessThan(300),
  },
  'the person is deleted': {
    end: async (walk, _browser, { subject }) => expect((await walk.admin('DELETE', `/people/${subject}`)).status).toBeLessThan(300),
  },
  'an administrator sets another password': {
    end: async (walk, _browser, { subject }) =>
      expect((await walk.admin('POST', `/people/${subject}/password`, { password: 'quite another long password' })).status).toBeLessThan(300),
  },
  'sign out everywhere, in another browser': {
    end: async (walk, _browser, { username, platform }) => {
      const other = new Browser();
      await walk.signIn(other, username);
      const account = await other.visit(`${platform.url}/account`);
      const which = [...account.body.matchAll(/<form\b[^>]*>/g)].findIndex(([tag]) => /everywhere|end-all/.test(tag));
      expect(which).toBeGreaterThanOrEqual(0);
      await other.submit(account, {}, { which });
    },
  },
  'another person signs in with the same browser': { end: (walk, browser) => walk.signIn(browser, 'grace', PASSWORD, `${walk.platform.url}/cas/login?renew=true`) },
  'the idle limit': { end: (_walk, _browser, { platform }) => overdue(platform, "idle_until = now() - interval '1 second'") },
  'the absolute limit': { end: (_walk, _browser, { platform }) => overdue(platform, "absolute_until = now() - interval '1 second'") },
};

/** Makes every session older than it is, in the truth, and lets the sweep find out. */
async function overdue(platform: Launched, change: string): Promise<void> {
  const store = platform.rooms.get('session-store')!;
  await store.infra.postgres.query(`UPDATE session SET ${change}`);
  await store.runJob('sweep');
  const { rows } = await store.infra.postgres.query('SELECT 1 FROM session WHERE ended_at IS NULL');
  expect(rows).toEqual([]);
}

describe.each(Object.entries(CAUSES))('logout always arrives: %s', (_name, cause) => {
  let application: Application;
  let platform: Launched;

  beforeAll(async () => {
    application = await Application.start();
    platform = await launchPlatform({
      declaration: declaration({ application: application.url, people: 1 }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    });
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  it('closes the session, its tokens and both applications, and stands in the ledger', async () => {
    const walk = new Walk(platform, application.url);
    const browser = new Browser();
    await walk.signIn(browser, 'p0');
    await walk.validate(await walk.ticket(browser));
    const tokens = await walk.tokens(browser);
    const { sub, sid } = decodeJwt(tokens.id_token!) as { sub: string; sid: string };
    await cause.end(walk, browser, { subject: sub, sid, username: 'p0', platform, idToken: tokens.id_token! });
    await application.hears(({ path }) => path === '/shop');
    await application.hears(({ path }) => path === '/backchannel/web');
    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
  });
});

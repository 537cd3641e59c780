import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { Application } from './platform/application.ts';
import { PASSWORD, declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

/** The sweep of sessions that are over runs by the clock where it cannot be called. */
const HEARD_MS = 30_000;

/** Everything that ends a session. Each must reach every application that took part (issue: logout always arrives). */
type End = (walk: Walk, browser: Browser, context: { subject: string; sid: string; username: string; platform: Deployment; idToken: string }) => Promise<unknown>;

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
  'the idle limit': { end: (_walk, _browser, { platform, sid }) => overdue(platform, sid, "idle_until = now() - interval '1 second'") },
  'the absolute limit': { end: (_walk, _browser, { platform, sid }) => overdue(platform, sid, "absolute_until = now() - interval '1 second'") },
};

/** Makes the session older than it is, in the truth; the sweep finds out. */
async function overdue(platform: Deployment, sid: string, change: string): Promise<void> {
  const changed = await platform.rows('session-store', `UPDATE session SET ${change} WHERE sid = '${sid}' AND ended_at IS NULL RETURNING 1`);
  expect(changed).toHaveLength(1);
  await platform.inside?.rooms.get('session-store')!.runJob('sweep');
}

describe('logout always arrives (INV-3)', () => {
  const names = Object.keys(CAUSES);
  let application: Application;
  let platform: Deployment;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({
      declaration: declaration({ application: application.url, people: names.length }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    });
  }, 120_000);
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  it.each(names)('%s: closes the session, its tokens and both applications', async (name) => {
    const walk = new Walk(platform, application.url);
    const browser = new Browser();
    const username = `p${names.indexOf(name)}`;
    await walk.signIn(browser, username);
    const ticket = await walk.ticket(browser);
    expect(await walk.validate(ticket)).toContain('authenticationSuccess');
    const tokens = await walk.tokens(browser);
    const { sub, sid } = decodeJwt(tokens.id_token!) as { sub: string; sid: string };
    await CAUSES[name]!.end(walk, browser, { subject: sub, sid, username, platform, idToken: tokens.id_token! });
    await application.hears(({ path, form }) => path === '/shop' && form.get('logoutRequest')!.includes(ticket), HEARD_MS);
    await application.hears(({ path, form }) => path === '/backchannel/web' && decodeJwt(form.get('logout_token')!)['sid'] === sid, HEARD_MS);
    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
  }, 60_000);
});

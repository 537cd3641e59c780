import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

describe('single sign-on and single sign-out over both protocols (design §1)', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({
      declaration: declaration({ application: application.url }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    });
    walk = new Walk(platform, application.url);
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  it('one sign-in opens a CAS service and an OAuth client; one sign-out closes and tells both', async () => {
    const browser = new Browser();
    const entered = await walk.signIn(browser, 'ada', undefined, `${platform.url}/cas/login?service=${encodeURIComponent(`${application.url}/shop`)}`);
    expect(entered.status).toBe(303);
    const ticket = new URL(String(entered.headers['location'])).searchParams.get('ticket')!;
    expect(await walk.validate(ticket)).toMatch(/<cas:user>ada<\/cas:user>[\s\S]*<cas:email>ada@example.org<\/cas:email>/);

    const tokens = await walk.tokens(browser);
    const idToken = decodeJwt(tokens.id_token!);
    expect(idToken.iss).toBe(platform.url);
    expect((await walk.introspect(tokens.access_token)).active).toBe(true);

    const out = await browser.visit(`${platform.url}/cas/logout`);
    expect(out.status).toBe(200);
    const slo = await application.hears(({ path }) => path === '/shop');
    expect(slo.form.get('logoutRequest')).toContain(`<samlp:SessionIndex>${ticket}</samlp:SessionIndex>`);
    const backChannel = await application.hears(({ path }) => path === '/backchannel/web');
    expect(decodeJwt(backChannel.form.get('logout_token')!)).toMatchObject({ sid: idToken['sid'], sub: idToken.sub, aud: 'web' });

    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
    expect((await browser.visit(`${platform.url}/account`)).body).toContain('name="password"');
  });

  it('the ledger shows each application with each attempt and its answer, in the REST API and on the account page', async () => {
    const browser = new Browser();
    await walk.signIn(browser, 'grace');
    await walk.validate(await walk.ticket(browser));
    await walk.tokens(browser);
    const told = application.told.length;
    await browser.visit(`${platform.url}/cas/logout`);
    await application.until(() => application.told.length >= told + 2);
    await walk.signIn(browser, 'grace');
    const account = await browser.visit(`${platform.url}/account`);
    expect(account.body).toContain('Shop');
    expect(account.body).toContain('Web application');
    const { status, body } = await walk.admin('GET', '/deliveries');
    expect(status).toBe(200);
    const shown = JSON.stringify(body);
    expect(shown).toContain('"application":"shop"');
    expect(shown).toContain('"application":"web"');
    expect(shown).toContain('"state":"delivered"');
  });
});

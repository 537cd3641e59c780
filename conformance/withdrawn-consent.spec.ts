import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

describe('a consent that was withdrawn gives nothing any more (INV-3, INV-4)', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;
  let browser: Browser;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({ declaration: declaration({ application: application.url }) });
    walk = new Walk(platform, application.url);
    browser = new Browser();
    await walk.signIn(browser);
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  const withdraw = async (): Promise<void> => {
    const page = await browser.visit(`${platform.url}/consent/applications`);
    expect((await browser.submit(page, {})).status).toBe(200);
  };

  it('what the client held is dead when the withdrawal has answered', async () => {
    const tokens = await walk.tokens(browser, walk.third);
    await withdraw();
    expect((await walk.refresh(tokens.refresh_token!, 'third')).status).toBe(400);
    const userinfo = await new Browser().visit(`${platform.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(userinfo.status).toBe(401);
  });

  it('a code issued before is worth nothing after', async () => {
    const code = await walk.code(browser, walk.third);
    await withdraw();
    const answer = await walk.redeem(code, walk.third);
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([400, 'invalid_grant']);
  });

  it('a code of another client, or of a consent given anew, is as good as ever', async () => {
    const other = await walk.code(browser, walk.web);
    await walk.tokens(browser, walk.third);
    await withdraw();
    expect((await walk.redeem(other)).status).toBe(200);
    expect((await walk.tokens(browser, walk.third)).access_token).toBeDefined();
  });

  it('withdrawals and redemptions at once: whoever got tokens before, holds none after', async () => {
    for (let round = 0; round < 10; round++) {
      const code = await walk.code(browser, walk.third);
      const page = await browser.visit(`${platform.url}/consent/applications`);
      const [answer] = await Promise.all([walk.redeem(code, walk.third), browser.submit(page, {})]);
      if (answer.status !== 200) continue;
      const { refresh_token } = JSON.parse(answer.body) as { refresh_token: string };
      expect((await walk.refresh(refresh_token, 'third')).status).toBe(400);
    }
  });
});

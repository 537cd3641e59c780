import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk, type Tokens } from './platform/walk.ts';

const FIFTY = Array.from({ length: 50 });

describe('races, over HTTP, on real PostgreSQL and Redis', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({
      declaration: declaration({ application: application.url }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
      redis: true,
    });
    walk = new Walk(platform, application.url);
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  const signedIn = async (): Promise<Browser> => {
    const browser = new Browser();
    await walk.signIn(browser);
    return browser;
  };

  it('50 parallel validations of one service ticket have one winner (CAS 3.0 §3.1.1)', async () => {
    const ticket = await walk.ticket(await signedIn());
    const answers = await Promise.all(FIFTY.map(() => walk.validate(ticket)));
    expect(answers.filter((body) => body.includes('<cas:authenticationSuccess'))).toHaveLength(1);
    expect(answers.filter((body) => body.includes('code="INVALID_TICKET"'))).toHaveLength(49);
  });

  it('50 parallel redemptions of one code have one winner, and what it gave is dead (RFC 6749 §4.1.2)', async () => {
    const code = await walk.code(await signedIn(), walk.web);
    const answers = await Promise.all(FIFTY.map(() => walk.redeem(code)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ body }) => body.includes('invalid_grant'))).toHaveLength(49);
    const tokens = JSON.parse(winners[0]!.body) as Tokens;
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
  });

  it('a code replayed later, even after its hot entry is gone, kills what it gave (RFC 6749 §10.5)', async () => {
    const code = await walk.code(await signedIn(), walk.web);
    const tokens = JSON.parse((await walk.redeem(code)).body) as Tokens;
    expect((await walk.introspect(tokens.access_token)).active).toBe(true);
    expect((await walk.redeem(code)).status).toBe(400);
    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
  });

  it('an attempt with another verifier or client neither burns nor redeems a code (RFC 7636 §4.6)', async () => {
    const code = await walk.code(await signedIn(), walk.web);
    const wrong = await walk.token(
      { grant_type: 'authorization_code', code, redirect_uri: walk.web.redirectUri, code_verifier: 'x'.repeat(50) },
      { id: 'web', secret: 'web-secret-0123456789-0123456789-0123456789' },
    );
    expect(wrong.status).toBe(400);
    const stranger = await walk.token(
      { grant_type: 'authorization_code', code, redirect_uri: walk.web.redirectUri, code_verifier: 'x'.repeat(50) },
      { id: 'other', secret: 'other-secret-0123456789-0123456789-0123456' },
    );
    expect(stranger.status).toBe(400);
    expect((await walk.redeem(code)).status).toBe(200);
  });

  it('50 parallel refreshes of one refresh token of a public client give one successor; its reuse kills the grant (RFC 9700 §4.14.2)', async () => {
    const first = await walk.tokens(await signedIn(), walk.third);
    const answers = await Promise.all(FIFTY.map(() => walk.refresh(first.refresh_token!, 'third')));
    const successors = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => (JSON.parse(body) as Tokens).refresh_token));
    expect(successors.size).toBe(1);
    const [successor] = [...successors];
    const second = JSON.parse((await walk.refresh(successor!, 'third')).body) as Tokens;
    expect(second.refresh_token).toBeDefined();
    expect((await walk.refresh(first.refresh_token!, 'third')).status).toBe(400);
    expect((await walk.refresh(second.refresh_token!, 'third')).status).toBe(400);
  });

  it('a session ended while requests are in flight stays ended for every room (design §6)', async () => {
    for (let round = 0; round < 10; round++) {
      const browser = await signedIn();
      const tokens = await walk.tokens(browser);
      const ticket = await walk.ticket(browser);
      const cookie = browser.cookie(platform.url, 'latchkey')!;
      const { sid } = decodeJwt(tokens.id_token!) as { sid: string };
      const [ended] = await Promise.all([
        walk.admin('DELETE', `/sessions/${sid}`),
        walk.validate(ticket),
        walk.introspect(tokens.access_token),
        walk.refresh(tokens.refresh_token!, 'web'),
        browser.visit(`${platform.url}/account`),
      ]);
      expect(ended.status).toBeLessThan(300);
      const late = new Browser();
      late.setCookie(platform.url, 'latchkey', cookie);
      expect((await late.visit(`${platform.url}/account`)).body).toContain('name="password"');
      expect((await walk.introspect(tokens.access_token)).active).toBe(false);
      expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
    }
  });

  it('nobody is signed out and no used value revives when Redis forgets everything (design §2)', async () => {
    const browser = await signedIn();
    const tokens = await walk.tokens(browser);
    const ticket = await walk.ticket(browser);
    await walk.validate(ticket);
    const used = await walk.code(browser, walk.web);
    await walk.redeem(used);
    await platform.forget();
    expect((await browser.visit(`${platform.url}/account`)).body).not.toContain('name="password"');
    expect((await walk.introspect(tokens.access_token)).active).toBe(true);
    expect(await walk.validate(ticket)).toContain('INVALID_TICKET');
    expect((await walk.redeem(used)).status).toBe(400);
  });
});

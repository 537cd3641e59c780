import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { Application } from '../platform/application.ts';
import { API, SECRET, declaration } from '../platform/declaration.ts';
import { deploy, type Deployment } from '../platform/deploy.ts';
import { Walk } from '../platform/walk.ts';

describe('openid-client, a certified client library, signs in and is signed out', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;
  let config: client.Configuration;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({
      declaration: declaration({ application: application.url }),
      environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    });
    walk = new Walk(platform, application.url);
    config = await client.discovery(new URL(platform.url), 'web', undefined, client.ClientSecretBasic(SECRET.web), { execute: [client.allowInsecureRequests] });
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  async function flow(browser: Browser, more: Record<string, string> = {}) {
    const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: walk.web.redirectUri,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...more,
    });
    const back = await browser.visit(url.href, { until: (to) => to.startsWith(application.url) });
    return client.authorizationCodeGrant(config, new URL(String(back.headers['location'])), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
  }

  it('code with PKCE, state, nonce and iss; userinfo; refresh; introspection; revocation; end session', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const tokens = await flow(browser);
    const claims = tokens.claims()!;
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    expect(userinfo).toMatchObject({ sub: claims.sub, name: 'Ada Lovelace', email: 'ada@example.org' });

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(refreshed.access_token).toBeDefined();
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(true);
    await client.tokenRevocation(config, tokens.refresh_token!);
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(false);

    const again = await flow(browser);
    const end = client.buildEndSessionUrl(config, { id_token_hint: again.id_token!, post_logout_redirect_uri: `${application.url}/bye`, state: 'and-back' });
    const bye = await browser.visit(end.href, { until: (to) => to.startsWith(application.url) });
    expect(bye.headers['location']).toBe(`${application.url}/bye?state=and-back`);

    const told = await application.hears(({ path, form }) => path === '/backchannel/web' && form.has('logout_token'));
    const { payload, protectedHeader } = await jwtVerify(told.form.get('logout_token')!, createRemoteJWKSet(new URL(`${platform.url}/oauth2/jwks`)), {
      issuer: platform.url,
      audience: 'web',
      typ: 'logout+jwt',
    });
    expect(protectedHeader.alg).toMatch(/^(RS|ES|PS)256$/);
    expect(payload).toMatchObject({ sub: claims.sub, sid: again.claims()!['sid'], events: { 'http://schemas.openid.net/event/backchannel-logout': {} } });
    expect(payload['nonce']).toBeUndefined();
  });

  it('client_credentials for a resource (RFC 8707) gives an at+jwt (RFC 9068)', async () => {
    const robot = await client.discovery(new URL(platform.url), 'robot', undefined, client.ClientSecretPost(SECRET.service), { execute: [client.allowInsecureRequests] });
    await expect(client.clientCredentialsGrant(robot, { scope: 'orders:read', resource: API })).rejects.toMatchObject({ status: 401 });
    const basic = await client.discovery(new URL(platform.url), 'robot', undefined, client.ClientSecretBasic(SECRET.service), { execute: [client.allowInsecureRequests] });
    const tokens = await client.clientCredentialsGrant(basic, { scope: 'orders:read', resource: API });
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, createRemoteJWKSet(new URL(`${platform.url}/oauth2/jwks`)), { issuer: platform.url, audience: API });
    expect(protectedHeader.typ).toBe('at+jwt');
    expect(payload).toMatchObject({ client_id: 'robot', scope: 'orders:read', sub: 'robot' });
  });
});

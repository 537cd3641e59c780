import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, freePort } from '@latchkey/testing';
import { PASSWORD } from '../platform/declaration.ts';
import { deploy, type Deployment } from '../platform/deploy.ts';
import { startApache, type Apache } from './apache.ts';

const SECRET = 'apache-client-secret-0123456789-0123456789';

describe('applications behind a real Apache sign in and are signed out', () => {
  let platform: Deployment;
  let apache: Apache;

  beforeAll(async () => {
    const [port, loginPort] = [await freePort(), await freePort()];
    const site = `http://127.0.0.1:${port}`;
    const login = `http://localhost:${loginPort}`;
    platform = await deploy({
      port: loginPort,
      environment: { LATCHKEY_OUTBOUND_ALLOW: `127.0.0.1:${port}` },
      declaration: JSON.stringify({
        people: [{ username: 'ada', name: 'Ada Lovelace', password: PASSWORD, attributes: { email: ['ada@example.org'], affiliation: ['member', 'employee'] } }],
        services: [{ id: 'apache-cas', name: 'Behind mod_auth_cas', urls: [`${site}/cas-area/`], match: 'path-prefix', attributes: ['email', 'affiliation'] }],
        clients: [
          {
            id: 'apache-oidc',
            name: 'Behind mod_auth_openidc',
            secret: SECRET,
            redirectUris: [`${site}/oidc-area/callback`],
            backchannelLogoutUri: `${site}/oidc-area/callback?logout=backchannel`,
            scopes: ['openid', 'email', 'profile'],
            firstParty: true,
          },
        ],
      }),
    });
    apache = await startApache({
      port,
      modules: ['auth_cas', 'auth_openidc'],
      config: `
        CASCookiePath FOLDER/cookies/
        CASLoginURL ${login}/cas/login
        CASValidateURL ${login}/cas/p3/serviceValidate
        CASSSOEnabled On
        CASVersion 2
        CASAttributePrefix CAS-
        CASAttributeDelimiter |
        OIDCProviderMetadataURL ${login}/.well-known/openid-configuration
        OIDCClientID apache-oidc
        OIDCClientSecret ${SECRET}
        OIDCRedirectURI ${site}/oidc-area/callback
        OIDCCryptoPassphrase 0123456789abcdef0123456789abcdef
        OIDCPKCEMethod S256
        OIDCScope "openid email profile"
        OIDCSessionType server-cache
        OIDCRemoteUserClaim email
        <Location /cas-area>
          AuthType CAS
          CASAuthNHeader On
          Require valid-user
          Header always set X-Who "expr=%{REMOTE_USER}"
          Header always set X-Attributes "expr=%{req:CAS-email} %{req:CAS-affiliation}"
        </Location>
        <Location /oidc-area>
          AuthType openid-connect
          Require valid-user
          Header always set X-Who "expr=%{REMOTE_USER}"
        </Location>
        <Directory "FOLDER/www">
          Require all granted
        </Directory>
        Alias /cas-area/ FOLDER/www/
        Alias /oidc-area/ FOLDER/www/`,
    });
  });
  afterAll(async () => {
    await apache?.stop();
    await platform?.close();
  });

  it('mod_auth_cas and mod_auth_openidc open with one sign-in and close with one sign-out', async () => {
    const browser = new Browser();
    const form = await browser.visit(`${apache.url}/cas-area/`);
    expect(form.body).toContain('Behind mod_auth_cas');
    const inside = await browser.submit(form, { login: 'ada', password: PASSWORD });
    expect([inside.status, inside.url, inside.headers['x-who']]).toEqual([200, `${apache.url}/cas-area/`, 'ada']);
    expect(inside.headers['x-attributes']).toBe('ada@example.org member|employee');

    const oidc = await browser.visit(`${apache.url}/oidc-area/`);
    expect([oidc.status, oidc.url, oidc.headers['x-who']]).toEqual([200, `${apache.url}/oidc-area/`, 'ada@example.org']);

    await browser.visit(`${platform.url}/cas/logout`);
    await settled(platform, 2);
    const casAgain = await browser.visit(`${apache.url}/cas-area/`, { follow: false });
    expect([casAgain.status, String(casAgain.headers['location'])]).toEqual([302, expect.stringContaining('/cas/login')]);
    const oidcAgain = await browser.visit(`${apache.url}/oidc-area/`, { follow: false });
    expect([oidcAgain.status, String(oidcAgain.headers['location'])]).toEqual([302, expect.stringContaining('/oauth2/authorize')]);
  });

  it('mod_auth_cas takes a ticket once (CAS 3.0 §3.1.1)', async () => {
    const browser = new Browser();
    await browser.submit(await browser.visit(`${platform.url}/cas/login`), { login: 'ada', password: PASSWORD });
    const service = `${apache.url}/cas-area/`;
    const issued = await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent(service)}`, { follow: false });
    const address = String(issued.headers['location']);
    expect((await new Browser().visit(address)).headers['x-who']).toBe('ada');
    const again = await new Browser().visit(address);
    expect([again.headers['x-who'], again.status]).toEqual(['', 401]);
  });
});

/** Waits until the ledgers of both rooms hold `count` deliveries that arrived. */
async function settled(platform: Deployment, count: number): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    const rows = [];
    for (const room of ['cas', 'token-issuer'] as const) {
      rows.push(...(await platform.rows<{ state: string; attempts: unknown }>(room, 'SELECT state, attempts FROM delivery')));
    }
    if (rows.filter(({ state }) => state === 'delivered').length >= count) return;
    if (Date.now() > until) throw new Error(`deliveries: ${JSON.stringify(rows)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

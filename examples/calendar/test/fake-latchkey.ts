import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export interface FakeLatchkey {
  url: string;
  sid: string;
  /** The person presses Deny. */
  deny: boolean;
  /** Refresh tokens are refused. */
  withdrawn: boolean;
  /** Seconds that access tokens are good for. */
  lifeS: number;
  refreshes: number;
  /** Runs after the tokens were made and before they are sent. */
  beforeTokens: () => Promise<void>;
  /** What Box Office answers; also served here. */
  apiStatus: number;
  /** A claim that is undefined is left out. */
  logoutToken(claims: Readonly<Record<string, unknown>>, header?: { typ?: string; kid?: string }): Promise<string>;
  close(): Promise<void>;
}

const SECRET = 'a-secret-of-this-test-and-of-no-other';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
export const credentials = { clientId: 'calendar', clientSecret: SECRET };

/** As much of an OpenID provider, and of Box Office's API, as Calendar asks for. */
export async function fakeLatchkey(): Promise<FakeLatchkey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const codes = new Map<string, URLSearchParams>();
  const sign = (claims: JWTPayload, header: { typ?: string; kid?: string } = {}) =>
    new SignJWT({ iss: fake.url, iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 120, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(privateKey);

  const idToken = (nonce: string | null) =>
    sign({ aud: 'calendar', sub: 'person-1', sid: fake.sid, ...(nonce === null ? {} : { nonce }) });

  async function token(request: IncomingMessage): Promise<[number, object]> {
    const form = new URLSearchParams(await text(request));
    const [id, secret] = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString().split(':');
    // Both halves are form-encoded first (RFC 6749 §2.3.1).
    if (id !== 'calendar' || decodeURIComponent(secret ?? '') !== SECRET) return [401, { error: 'invalid_client' }];
    const wide = form.get('resource') === null;
    const answer = { access_token: `${wide ? 'wide' : 'narrow'}-${randomUUID()}`, token_type: 'Bearer', expires_in: fake.lifeS };
    if (form.get('grant_type') === 'refresh_token') {
      fake.refreshes += 1;
      if (form.get('resource') !== `${fake.url}/api`) return [400, { error: 'invalid_target' }];
      return fake.withdrawn ? [400, { error: 'invalid_grant' }] : [200, answer];
    }
    const pending = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (pending?.get('code_challenge') !== challenge) return [400, { error: 'invalid_grant' }];
    const id_token = await idToken(pending.get('nonce'));
    await fake.beforeTokens();
    return [200, { ...answer, id_token, refresh_token: 'refresh-1' }];
  }

  async function answer(request: IncomingMessage): Promise<[number, object, string?]> {
    const url = new URL(request.url ?? '/', fake.url);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return [200, discovery(fake.url)];
      case '/jwks':
        return [200, { keys: [jwk] }];
      case '/oauth2/authorize': {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        const code = randomUUID();
        codes.set(code, url.searchParams);
        back.search = new URLSearchParams({
          ...(fake.deny ? { error: 'access_denied' } : { code }),
          state: url.searchParams.get('state') ?? '',
          iss: fake.url,
        }).toString();
        return [303, {}, back.href];
      }
      case '/oauth2/token':
        return await token(request);
      case '/oauth2/userinfo':
        return bearer(request, 'wide') ? [200, { sub: 'person-1', name: 'Ada Lovelace' }] : [401, {}];
      case '/api/orders':
        return bearer(request, 'narrow') ? [fake.apiStatus, { orders: [order()] }] : [401, {}];
      default:
        return [404, {}];
    }
  }

  const server = createServer((request, response) => {
    void answer(request).then(([status, body, location]) => {
      response.writeHead(status, { 'content-type': 'application/json', ...(location === undefined ? {} : { location }) });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const fake: FakeLatchkey = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sid: 'sid-1',
    deny: false,
    withdrawn: false,
    lifeS: 300,
    refreshes: 0,
    beforeTokens: async () => undefined,
    apiStatus: 200,
    logoutToken: (claims, header = {}) =>
      sign({ aud: 'calendar', jti: randomUUID(), sid: fake.sid, events: { [EVENT]: {} }, ...claims }, { typ: 'logout+jwt', ...header }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

const discovery = (url: string) => ({
  issuer: url,
  authorization_endpoint: `${url}/oauth2/authorize`,
  token_endpoint: `${url}/oauth2/token`,
  userinfo_endpoint: `${url}/oauth2/userinfo`,
  end_session_endpoint: `${url}/oauth2/logout`,
  jwks_uri: `${url}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  authorization_response_iss_parameter_supported: true,
});

const bearer = (request: IncomingMessage, kind: string): boolean =>
  request.headers.authorization?.startsWith(`Bearer ${kind}-`) === true;

const order = () => ({
  id: 'ABCDE-23456',
  show: 'The Lighthouse at Low Water',
  venue: 'The Marlowe Playhouse',
  startsAt: new Date(Date.now() + 86_400_000).toISOString(),
  timeZone: 'Europe/London',
  block: 'Circle',
  seats: 2,
  url: 'http://127.0.0.1:8081/tickets',
});

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

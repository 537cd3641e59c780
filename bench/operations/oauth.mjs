import { createHash } from 'node:crypto';
import { basic, expect, send } from '../http.mjs';

export const CLIENT = { id: 'bench', secret: 'bench-secret-0123456789-0123456789-0123456789', redirectUri: 'https://bench.example/callback' };
export const SERVICE = { id: 'bench-service', secret: 'bench-service-secret-0123456789-0123456789' };
export const RESOURCE = 'https://api.bench.example/';
export const SCOPE = 'openid offline_access';

const VERIFIER = 'bench-verifier-0123456789-0123456789-0123456789-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** The OAuth operations that both sides have. `signedIn(worker)` gives a cookie header of a living session. */
export function oauthOperations({ authorizeUrl, tokenUrl, signedIn, authorizeExtra = {} }) {
  const refreshTokens = new Map();
  const authorization = basic(CLIENT.id, CLIENT.secret);

  async function authorizeAndToken(worker) {
    const query = new URLSearchParams({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: CLIENT.redirectUri,
      scope: SCOPE,
      state: 'state-0123456789',
      nonce: 'nonce-0123456789',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...authorizeExtra,
    });
    const answer = await send(`${authorizeUrl}?${query}`, { cookie: await signedIn(worker) });
    const location = answer.headers.location ?? '';
    expect([302, 303].includes(answer.status) && location.startsWith(CLIENT.redirectUri), 'a code at the redirect_uri', answer);
    const code = new URL(location).searchParams.get('code');
    expect(code !== null, 'a code', answer);
    const tokens = await send(tokenUrl, {
      method: 'POST',
      headers: { authorization },
      form: { grant_type: 'authorization_code', code, redirect_uri: CLIENT.redirectUri, code_verifier: VERIFIER },
    });
    expect(tokens.status === 200, 'tokens', tokens);
    const body = JSON.parse(tokens.body);
    expect(typeof body.id_token === 'string' && typeof body.access_token === 'string', 'an ID token and an access token', tokens);
    return body;
  }

  return {
    'client_credentials (JWT)': async () => {
      const answer = await send(tokenUrl, {
        method: 'POST',
        headers: { authorization: basic(SERVICE.id, SERVICE.secret) },
        form: { grant_type: 'client_credentials', scope: 'bench', resource: RESOURCE },
      });
      expect(answer.status === 200 && JSON.parse(answer.body).access_token.split('.').length === 3, 'a JWT access token', answer);
    },
    refresh: async (worker) => {
      if (!refreshTokens.has(worker)) refreshTokens.set(worker, (await authorizeAndToken(worker)).refresh_token);
      const refreshToken = refreshTokens.get(worker);
      const answer = await send(tokenUrl, { method: 'POST', headers: { authorization }, form: { grant_type: 'refresh_token', refresh_token: refreshToken } });
      expect(answer.status === 200, 'a refreshed access token', answer);
      refreshTokens.set(worker, JSON.parse(answer.body).refresh_token ?? refreshToken);
    },
    'authorize + token, with a session': authorizeAndToken,
  };
}

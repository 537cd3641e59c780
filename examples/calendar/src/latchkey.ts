import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { type Session, type Tokens } from './sessions.ts';

export interface Started {
  address: URL;
  state: string;
  nonce: string;
  verifier: string;
}

interface Setup {
  issuer: string;
  clientId: string;
  clientSecret: string;
  url: string;
  resource: string;
}

const SCOPE = 'openid profile orders:read';
const TIMEOUT_S = 5;

/** Everything that is said to Latchkey, by its public addresses. Discovery waits for the first need and is tried again after a failure. */
export class Latchkey {
  readonly #setup: Setup;
  #configuration: Promise<oidc.Configuration> | undefined;
  #keys: JWTVerifyGetKey | undefined;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** @see RFC 7636, RFC 8707, OpenID Connect Core 1.0 §3.1.2.1 */
  async start(): Promise<Started> {
    const configuration = await this.#discovered();
    const started = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.#setup.url}/callback`,
      scope: SCOPE,
      resource: this.#setup.resource,
      state: started.state,
      nonce: started.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(started.verifier),
      code_challenge_method: 'S256',
    });
    return { ...started, address };
  }

  async finish(query: string, started: Omit<Started, 'address'>, now: number): Promise<Session> {
    const configuration = await this.#discovered();
    const answer = await oidc.authorizationCodeGrant(
      configuration,
      new URL(`${this.#setup.url}/callback${query}`),
      { expectedState: started.state, expectedNonce: started.nonce, pkceCodeVerifier: started.verifier, idTokenExpected: true },
    );
    const claims = answer.claims();
    if (claims === undefined || answer.id_token === undefined) throw new Error('no ID token came back');
    const first = tokensOf(answer, undefined, now);
    return {
      sub: claims.sub,
      sid: typeof claims['sid'] === 'string' ? claims['sid'] : undefined,
      name: await this.#nameOf(configuration, answer.access_token, claims),
      idToken: answer.id_token,
      // The first token also opens userinfo, which is nothing to Box Office: it gets one of its own (RFC 8707 §2.2).
      tokens: (await this.refresh(first, now).catch(() => undefined)) ?? first,
    };
  }

  /** Undefined: Latchkey does not give another one. Any other failure is thrown: it may pass. */
  async refresh(tokens: Tokens, now: number): Promise<Tokens | undefined> {
    if (tokens.refreshToken === undefined) return undefined;
    const configuration = await this.#discovered();
    try {
      const answer = await oidc.refreshTokenGrant(configuration, tokens.refreshToken, { resource: this.#setup.resource });
      return tokensOf(answer, tokens.refreshToken, now);
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return undefined;
      throw error;
    }
  }

  /** @see OpenID Connect RP-Initiated Logout 1.0 §2 */
  async signOutAddress(idToken: string): Promise<URL> {
    return oidc.buildEndSessionUrl(await this.#discovered(), {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.#setup.url}/`,
    });
  }

  async keys(): Promise<JWTVerifyGetKey> {
    const { jwks_uri: address } = (await this.#discovered()).serverMetadata();
    if (address === undefined) throw new Error('discovery names no keys');
    return (this.#keys ??= createRemoteJWKSet(new URL(address), { timeoutDuration: TIMEOUT_S * 1000 }));
  }

  async #discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#setup;
    try {
      return await (this.#configuration ??= oidc.discovery(
        new URL(issuer),
        clientId,
        undefined,
        oidc.ClientSecretBasic(clientSecret),
        // Plain http is for a demo on one machine; with an https issuer every address has to be https.
        { timeout: TIMEOUT_S, execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [] },
      ));
    } catch (error) {
      this.#configuration = undefined;
      throw error;
    }
  }

  async #nameOf(configuration: oidc.Configuration, accessToken: string, claims: oidc.IDToken): Promise<string> {
    const profile = await oidc.fetchUserInfo(configuration, accessToken, claims.sub).catch(() => claims);
    return [profile['name'], profile['preferred_username']].find((name) => typeof name === 'string') ?? 'you';
  }
}

/** A server that does not rotate refresh tokens sends none the second time: the first stays good. @see RFC 6749 §6 */
function tokensOf(answer: oidc.TokenEndpointResponse, previous: string | undefined, now: number): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? previous,
    expiresAt: answer.expires_in === undefined ? undefined : now + answer.expires_in * 1000,
  };
}

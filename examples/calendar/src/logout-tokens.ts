import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { Shelf } from './shelf.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const OLDEST_S = 300;
const TOLERANCE_S = 10;

export class BadLogoutToken extends Error {}

interface Setup {
  issuer: string;
  clientId: string;
  keys: () => Promise<JWTVerifyGetKey>;
  now: () => number;
}

/** @see OpenID Connect Back-Channel Logout 1.0 §2.6 */
export class LogoutTokens {
  readonly #setup: Setup;
  readonly #seen: Shelf<true>;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#seen = new Shelf({ most: 10_000, lifeMs: (OLDEST_S + 2 * TOLERANCE_S) * 1000, now: setup.now });
  }

  /** Throws BadLogoutToken for a token that will never be good; anything else may pass (the keys could not be had). */
  async read(token: string): Promise<{ sid?: string; sub?: string }> {
    const payload = await this.#verified(token);
    const { events, nonce, sid, sub, jti } = payload;
    if (!isObject(events) || !isObject(events[EVENT])) throw new BadLogoutToken('it is not about a logout');
    if (nonce !== undefined) throw new BadLogoutToken('a nonce is forbidden');
    if (typeof sid !== 'string' && typeof sub !== 'string') throw new BadLogoutToken('it names neither a session nor a person');
    if (this.#seen.get(String(jti))) throw new BadLogoutToken('it was used before');
    this.#seen.put(String(jti), true);
    return { ...(typeof sid === 'string' && { sid }), ...(typeof sub === 'string' && { sub }) };
  }

  async #verified(token: string): Promise<Record<string, unknown>> {
    const { issuer, clientId, now } = this.#setup;
    const keys = await this.#setup.keys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        typ: 'logout+jwt',
        issuer,
        audience: clientId,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['iat', 'exp', 'jti', 'events'],
        maxTokenAge: OLDEST_S,
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
      throw new BadLogoutToken(error.message, { cause: error });
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

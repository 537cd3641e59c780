import { randomBytes } from 'node:crypto';
import { Shelf } from './shelf.ts';

export interface Tokens {
  accessToken: string;
  refreshToken: string | undefined;
  /** Milliseconds; undefined when the server did not say. */
  expiresAt: number | undefined;
}

export interface Session {
  sub: string;
  /** Of the session at Latchkey: what a logout token names. */
  sid: string | undefined;
  name: string;
  idToken: string;
  /** Undefined: the person has to connect Box Office again. */
  tokens: Tokens | undefined;
}

const HOUR = 3600_000;

/** In memory: a restart signs everybody out here, and a session at Latchkey brings them back without a question. */
export class Sessions {
  readonly #sessions: Shelf<Session>;
  readonly #ended: Shelf<true>;

  constructor(now: () => number) {
    this.#sessions = new Shelf({ most: 1_000, lifeMs: 12 * HOUR, now });
    this.#ended = new Shelf({ most: 10_000, lifeMs: HOUR, now });
  }

  /** Undefined: its logout arrived while the sign-in was under way. */
  open(session: Session): string | undefined {
    if (session.sid !== undefined && this.#ended.get(session.sid)) return undefined;
    const id = randomBytes(32).toString('base64url');
    this.#sessions.put(id, session);
    return id;
  }

  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  end(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.take(id);
  }

  /** A logout token names a session, or else everything of a person. @see OpenID Connect Back-Channel Logout 1.0 §2.7 */
  endNamed({ sid, sub }: { sid?: string | undefined; sub?: string | undefined }): void {
    if (sid === undefined) {
      this.#sessions.deleteWhere((session) => session.sub === sub);
      return;
    }
    this.#ended.put(sid, true);
    this.#sessions.deleteWhere((session) => session.sid === sid);
  }
}

import { sessionStorePeer, type SessionCopy } from '@latchkey/contracts';
import type { IdTokenHint } from '@latchkey/oauth';
import type { Peers, SessionReader } from '@latchkey/peers';
import type { LogoutRequest } from './logout-request.ts';
import type { Confirmation, LogoutSeals } from './receipts.ts';

/** `ask`: the person confirms first. `done`: the session is over for every room (or there was none). */
export type LogoutResult =
  | { readonly kind: 'ask'; readonly session: SessionCopy; readonly request: LogoutRequest }
  | { readonly kind: 'done'; readonly location: string };

interface LogoutParts {
  readonly sessions: SessionReader;
  readonly peers: Peers;
  readonly seals: LogoutSeals;
  readonly tenant: string;
  readonly nowSeconds: () => number;
}

const SIGNED_OUT = '/oauth2/signed-out';

/** @see OpenID Connect RP-Initiated Logout 1.0 §2, §6 */
export class LogoutEndpoint {
  constructor(private readonly parts: LogoutParts) {}

  async answer(request: LogoutRequest, cookie: string | undefined): Promise<LogoutResult> {
    const session = await this.parts.sessions.byCookie(cookie);
    if (session === null) return { kind: 'done', location: request.returnTo ?? SIGNED_OUT };
    // "the OP SHOULD ask the End-User whether to log out … if no id_token_hint was provided or it is not of the current session"
    if (request.hint === null || !speaksOf(request.hint, session)) return { kind: 'ask', session, request };
    return this.end(session.sid, request.returnTo);
  }

  /** The person said yes, in the browser and in the session that were asked. */
  async confirmed(confirmation: Confirmation, cookie: string | undefined): Promise<LogoutResult> {
    const session = await this.parts.sessions.byCookie(cookie);
    const { sid, returnTo } = confirmation;
    if (session === null) return { kind: 'done', location: returnTo ?? SIGNED_OUT };
    // Somebody signed in since: "done" would be a lie to them, so they are asked about the session that they have now.
    if (session.sid !== sid) return { kind: 'ask', session, request: { client: null, hint: null, returnTo } };
    return this.end(sid, returnTo);
  }

  /** When session-store has answered, the row is ended and the hot copy is gone: only now we say so. */
  private async end(sid: string, returnTo: string | null): Promise<LogoutResult> {
    await this.parts.peers.to(sessionStorePeer).end({ tenant: this.parts.tenant, sid, reason: 'sign-out' });
    const receipt = this.parts.seals.receipt({ sid, at: this.parts.nowSeconds() });
    return { kind: 'done', location: returnTo ?? `${SIGNED_OUT}?receipt=${receipt}` };
  }
}

function speaksOf(hint: IdTokenHint, session: SessionCopy): boolean {
  return hint.subject === session.subject && (hint.sid === null || hint.sid === session.sid);
}

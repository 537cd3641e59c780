import type { SessionCopy } from '@latchkey/contracts';
import { OAuthError, mustAuthenticate } from '@latchkey/oauth';
import type { SessionReader } from '@latchkey/peers';
import { returnError } from './answering.ts';
import type { Checked } from './request-checks.ts';
import { Outcome } from './results.ts';

/** Phase 3: a person who authenticated as this request wants it. */
export interface Known {
  readonly checked: Checked;
  readonly session: SessionCopy;
}

/** A fact about an interaction counts for ten minutes (design, section 5). */
const FACT_SECONDS = 600;
const SKEW_SECONDS = 10;

export async function whoIsIt(
  checked: Checked,
  cookie: string | undefined,
  parts: { sessions: SessionReader; now: () => number; seal: () => Promise<string> },
): Promise<Known> {
  const session = await parts.sessions.byCookie(cookie);
  const now = Math.floor(parts.now() / 1000);
  const answered = session === null ? null : answerOf(session, checked, now);
  if (session !== null && hasDenied(session, checked, now)) {
    returnError(checked.to, checked.trusted, new OAuthError('access_denied', 'The person cancelled the sign-in'));
  }
  if (session !== null && isFresh(session, checked, answered, now)) {
    if (isHinted(session, checked)) return { checked, session };
    // Asked again, the person is still somebody else: to ask a third time would never end.
    if (answered !== null) returnError(checked.to, checked.trusted, new OAuthError('login_required', 'Another person is signed in'));
  }
  // "If an End-User is not already Authenticated … return an error, typically login_required" (OpenID Connect Core 1.0 §3.1.2.1)
  if (checked.prompt.none) returnError(checked.to, checked.trusted, new OAuthError('login_required', 'Nobody is signed in as asked'));
  throw new Outcome({ kind: 'sign-in', pending: await parts.seal() });
}

type Answer = 'sign-in' | 'select' | null;

function isFresh(session: SessionCopy, { prompt, maxAge }: Checked, answered: Answer, now: number): boolean {
  return !mustAuthenticate({ prompt, maxAge, authTime: session.authTime, now, answered });
}

/** @see OpenID Connect Core 1.0 §3.1.2.1, id_token_hint */
function isHinted(session: SessionCopy, { hint }: Checked): boolean {
  return hint === null || hint.subject === session.subject;
}

function answerOf(session: SessionCopy, checked: Checked, now: number): Answer {
  const kinds = facts(session, checked, now).map(({ kind }) => kind);
  return kinds.includes('sign-in') ? 'sign-in' : kinds.includes('select') ? 'select' : null;
}

function hasDenied(session: SessionCopy, checked: Checked, now: number): boolean {
  return facts(session, checked, now).at(-1)?.kind === 'denied';
}

function facts(session: SessionCopy, { trusted: { unfolded } }: Checked, now: number): SessionCopy['answered'] {
  const since = Math.max(Math.floor(unfolded.begun / 1000) - SKEW_SECONDS, now - FACT_SECONDS);
  return session.answered.filter(({ interaction, at }) => interaction === unfolded.interaction && at >= since);
}

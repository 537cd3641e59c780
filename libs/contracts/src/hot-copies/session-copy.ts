import { z } from 'zod';

/**
 * The hot copy of a living session. session-store alone writes it; every room may read it; nobody caches it.
 * Anything under the key that is not a full copy (nothing, a lease) means: ask the owner.
 */
export const sessionCopy = z.object({
  v: z.literal(1),
  sid: z.string(),
  tenant: z.string(),
  subject: z.string(),
  username: z.string(),
  /** Keyed hash of the cookie's secret half, base64url. */
  secretHash: z.string(),
  /** Seconds since the epoch, of Postgres. */
  authTime: z.number().int(),
  amr: z.array(z.string()),
  acr: z.string(),
  /** Begun to be remembered for long; absent: not. @see CAS Protocol 3.0 §4.1 */
  longTerm: z.boolean().optional(),
  startedAt: z.number().int(),
  seenAt: z.number().int(),
  /** Milliseconds since the epoch: after this instant the session is over, whatever else says so. */
  expiresAtMs: z.number().int(),
  revision: z.number().int(),
  /** Facts about interactions, valid 10 minutes (design, section 5). */
  answered: z.array(z.object({ interaction: z.string(), kind: z.enum(['sign-in', 'select', 'denied']), at: z.number().int() })),
});
export type SessionCopy = z.output<typeof sessionCopy>;

/** Hash tag on the session id: one key a command, one shard a session. */
export function sessionCopyKey(tenant: string, sid: string): string {
  return `session:v1:${tenant}:{${sid}}`;
}

/** Returns the copy, or null for anything that is not one (absent, a lease, another version, past its end). */
export function readSessionCopy(raw: string | null, nowMs: number): SessionCopy | null {
  if (raw === null || !raw.startsWith('{')) return null;
  let parsed: SessionCopy;
  try {
    parsed = JSON.parse(raw) as SessionCopy;
  } catch {
    return null;
  }
  if (parsed.v !== 1 || parsed.expiresAtMs <= nowMs) return null;
  return parsed;
}

import { audiencesOf } from '@latchkey/oauth';
import type { LivingTokens } from './living-token.ts';

export interface PresentedToken {
  /** null: no person stands behind it. */
  readonly subject: string | null;
  readonly client: string;
  readonly scope: string;
  readonly acr: string;
}

/**
 * An access token that somebody brought to a resource server of these audiences: the same rule as at introspection. One that is
 * bound to a key is no bearer token, and whoever asks has not seen the proof of that key.
 */
export async function presentedToken(living: LivingTokens, token: string, audiences: readonly string[]): Promise<PresentedToken | null> {
  const claims = await living.read(token);
  if (claims === null || 'cnf' in claims || !audiencesOf(claims).some((audience) => audiences.includes(audience))) return null;
  const found = await living.alive(claims);
  if (found === null) return null;
  const by = found.grant?.authentication;
  return { subject: by?.subject ?? null, client: claims.client_id, scope: claims.scope, acr: by?.acr ?? '0' };
}

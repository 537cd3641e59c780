import { verifyOwnJwt, type VerifyRules } from './jwt.ts';

export interface IdTokenHint {
  readonly clientId: string;
  readonly subject: string;
  readonly sid: string | null;
}

/**
 * Who a hint speaks of. It may be expired ("the OP SHOULD accept ID Tokens when the RP identified by the aud is current or recent,
 * even when the exp time has passed"), but it must be ours. @see OpenID Connect RP-Initiated Logout 1.0 §2, §4
 */
export async function readIdTokenHint(hint: string, issuer: string, find: VerifyRules['find']): Promise<IdTokenHint | null> {
  const claims = await verifyOwnJwt(hint, { typ: 'JWT', find });
  if (claims === null || claims['iss'] !== issuer) return null;
  const { aud, sub, sid } = claims;
  if (typeof aud !== 'string' || typeof sub !== 'string') return null;
  return { clientId: aud, subject: sub, sid: typeof sid === 'string' ? sid : null };
}

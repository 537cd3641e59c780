export interface LogoutTokenInput {
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  readonly sid: string;
  readonly jti: string;
  readonly now: number;
}

export const LOGOUT_TOKEN_LIFETIME_SECONDS = 120;

/** No nonce, or it could pass as an ID token. @see OpenID Connect Back-Channel Logout 1.0 §2.4 */
export function logoutTokenClaims(input: LogoutTokenInput): Record<string, unknown> {
  return {
    iss: input.issuer,
    aud: input.clientId,
    sub: input.subject,
    sid: input.sid,
    iat: input.now,
    exp: input.now + LOGOUT_TOKEN_LIFETIME_SECONDS,
    jti: input.jti,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  };
}

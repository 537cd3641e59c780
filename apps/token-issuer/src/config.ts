import { z } from 'zod';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const tokenIssuerConfig = z.object({
  LATCHKEY_CODE_SECONDS: whole(1, 600).default(60).describe('Life of an authorization code (ASVS 10.4.3, FAPI 2.0: at most 60 s)'),
  LATCHKEY_ACCESS_TOKEN_SECONDS: whole(10, 3_600)
    .default(300)
    .describe('Life of an access token; so long may a JWT checked offline outlive a logout'),
  LATCHKEY_ID_TOKEN_SECONDS: whole(10, 86_400).default(3_600).describe('Life of an ID token'),
  LATCHKEY_GRANT_DAYS: whole(1, 365).default(30).describe('Absolute limit of a grant and its refresh tokens'),
  LATCHKEY_GRANT_IDLE_DAYS: whole(1, 365).default(14).describe('A refresh token unused for so long is refused'),
  LATCHKEY_REFRESH_RETRY_SECONDS: whole(0, 300)
    .default(30)
    .describe('So long the parent of an unused refresh token counts as a retry of a lost answer; a longer window weakens detection'),
  LATCHKEY_KEK: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 random bytes in base64url')
    .optional()
    .describe('Encrypts the signing keys at rest; default: derived from LATCHKEY_COOKIE_KEY'),
  LATCHKEY_KEY_ROTATION_DAYS: whole(1, 365).default(60).describe('Age at which a signing key is replaced by the next one (at most 90 days)'),
  LATCHKEY_CLIENT_FAILURES_PER_MINUTE: whole(1, 100_000)
    .default(60)
    .describe('Failed authentications of one client that a network may make in a minute'),
  LATCHKEY_STORED_REQUESTS_PER_MINUTE: whole(1, 100_000)
    .default(30)
    .describe('Authorization requests too large for an address that a network may have stored in a minute'),
  LATCHKEY_BACKCHANNEL_GIVE_UP_SECONDS: whole(1, 30 * 86_400)
    .default(86_400)
    .describe('Back-channel logout to an application that fails for so long is parked'),
});
export type TokenIssuerConfig = z.output<typeof tokenIssuerConfig>;

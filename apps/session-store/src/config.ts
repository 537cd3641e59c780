import { z } from 'zod';

const seconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const sessionStoreConfig = z.object({
  LATCHKEY_SESSION_IDLE_SECONDS: seconds(60, 30 * 86_400)
    .default(3_600)
    .describe('A session that nobody used for this long is over (NIST SP 800-63B-4 §2.2.3: at most 1 hour at AAL2)'),
  LATCHKEY_SESSION_ABSOLUTE_SECONDS: seconds(60, 90 * 86_400)
    .default(86_400)
    .describe('A session this long after its last authentication is over, used or not (NIST SP 800-63B-4 §2.2.3: at most 24 hours at AAL2)'),
  LATCHKEY_DOTTED_COOKIES: z
    .enum(['yes', 'no'])
    .default('no')
    .describe('yes while replicas of release 0.1.0 or before serve beside this one: they read no session cookie with a hyphen in it'),
  LATCHKEY_SESSION_KEEP_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('Days for which an ended session stays in lists'),
});
export type SessionStoreConfig = z.output<typeof sessionStoreConfig>;

import { z } from 'zod';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const casConfig = z.object({
  LATCHKEY_TICKET_SECONDS: whole(1, 300)
    .default(10)
    .describe('Life of a service ticket in seconds (CAS Protocol 3.0 §3.1.1: at most 5 minutes)'),
  LATCHKEY_PASSWORD_MIN_LENGTH: whole(8, 64)
    .default(15)
    .describe('Least number of characters of a new password (NIST SP 800-63B-4 §3.1.1.2: 15 when it is the only factor)'),
  LATCHKEY_SIGN_IN_FREE_TRIES: whole(1, 50)
    .default(10)
    .describe('Wrong passwords in a row after which each further try of the account has to wait, twice as long each time'),
  LATCHKEY_SIGN_IN_NETWORK_LIMIT: whole(1, 1_000_000_000)
    .default(60)
    .describe('Sign-in attempts a minute from one network (an IPv4 address or an IPv6 /64)'),
  LATCHKEY_HASH_CONCURRENCY: whole(1, 64)
    .default(3)
    .describe('Passwords hashed at the same time; each takes 19 MiB and one thread of the pool (UV_THREADPOOL_SIZE, 4 if not set)'),
  LATCHKEY_SINGLE_LOGOUT_GIVE_UP_SECONDS: whole(1, 30 * 86_400)
    .default(86_400)
    .describe('Single logout to a CAS service that fails for so long is parked'),
  LATCHKEY_VISIT_DAYS: whole(31, 3_650)
    .default(60)
    .describe('Days for which used tickets are remembered; longer than any session lives'),
});
export type CasConfig = z.output<typeof casConfig>;

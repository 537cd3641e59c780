import { isIP } from 'node:net';
import { z } from 'zod';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', more] = text.split('/');
  const family = isIP(address);
  return more === undefined && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32);
}

export const casConfig = z.object({
  LATCHKEY_TICKET_SECONDS: whole(1, 300)
    .default(10)
    .describe('Life of a service ticket in seconds (CAS Protocol 3.0 §3.1.1: at most 5 minutes)'),
  LATCHKEY_REMEMBER_DAYS: whole(0, 90)
    .default(0)
    .describe('Days for which people may stay signed in on a device of theirs when they ask for it; 0: nobody is asked (CAS Protocol 3.0 §4.1)'),
  LATCHKEY_OFFER_WARNING: z
    .enum(['yes', 'no'])
    .default('no')
    .describe('Whether the sign-in page offers to ask before each application is entered (CAS Protocol 3.0 §2.2.1, warn)'),
  LATCHKEY_REST_TICKETS_FROM: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((one) => one.trim()).filter((one) => one !== ''))
    .refine((networks) => networks.every(isNetwork), 'must be addresses or networks (10.0.0.0/8), with commas between them')
    .describe('Networks from which programs may get tickets for a name and a password at /cas/v1; nobody where none is given'),
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
  LATCHKEY_FORWARD_AUTH_VISIT_SECONDS: whole(60, 86_400)
    .default(3_600)
    .describe('How long the cookie of a protected host lasts; then a new visit is made, unseen while the session lives. The end of the session ends it at once'),
  LATCHKEY_SINGLE_LOGOUT_GIVE_UP_SECONDS: whole(1, 30 * 86_400)
    .default(86_400)
    .describe('Single logout to a CAS service that fails for so long is parked'),
  LATCHKEY_VISIT_DAYS: whole(91, 3_650)
    .default(100)
    .describe('Days for which used tickets are remembered; longer than any session lives, since its end is told to every service that was entered in it'),
});
export type CasConfig = z.output<typeof casConfig>;

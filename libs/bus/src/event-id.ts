import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * 10 characters of time and 16 of chance. Ids begin with their period, so that an inbox is pruned by its primary key
 * and can be partitioned by it later without another column.
 */
export function eventId(nowMs: number): string {
  return `${periodOf(nowMs)}${[...randomBytes(16)].map((byte) => ALPHABET[byte & 31]).join('')}`;
}

/** Every id of an event from before this instant sorts below this. */
export function periodOf(nowMs: number): string {
  let rest = Math.max(0, Math.floor(nowMs));
  let period = '';
  for (let n = 0; n < 10; n += 1) {
    period = `${ALPHABET[rest % 32]}${period}`;
    rest = Math.floor(rest / 32);
  }
  return period;
}

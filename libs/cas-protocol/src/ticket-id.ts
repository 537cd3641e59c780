import { randomBytes } from 'node:crypto';

/** In ASCII order, so that tickets of later periods sort after those of earlier ones: partitions are ranges of tickets. */
const ALPHABET = '234567ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const RANDOM_CHARACTERS = 26;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export type TicketKind = 'ST' | 'PT';
export type IssuedKind = TicketKind | 'PGT' | 'PGTIOU';

/**
 * `ST-` (`PT-`, `PGT-`, `PGTIOU-`), 2 characters of period, 26 random characters of 5 bits: 130 bits in 31 characters, below the 32 that every
 * service must accept. @see CAS Protocol 3.0 §3.1.1, §3.2.1, §3.3.1, §3.4.1, §3.7
 */
export function newTicketId(kind: IssuedKind, nowMs: number): string {
  return ticketPrefix(kind, ticketWeek(nowMs)) + randomBase32(RANDOM_CHARACTERS);
}

export function ticketWeek(nowMs: number): number {
  return Math.floor(nowMs / WEEK_MS);
}

/** What every ticket of a week begins with. Names come round after 1,024 weeks. */
export function ticketPrefix(kind: IssuedKind, week: number): string {
  const place = week % (ALPHABET.length * ALPHABET.length);
  return `${kind}-${ALPHABET[Math.floor(place / ALPHABET.length)]}${ALPHABET[place % ALPHABET.length]}`;
}

/** The kind of something that has the form of a ticket of ours; null for anything else, which need not be looked up. */
export function ticketKind(ticket: string): TicketKind | null {
  return /^[SP]T-[2-7A-Z]{28}$/.test(ticket) ? (ticket.slice(0, 2) as TicketKind) : null;
}

/** Has it the form of a proxy-granting ticket of ours? */
export function isProxyGrantingTicket(text: string): boolean {
  return /^PGT-[2-7A-Z]{28}$/.test(text);
}

function randomBase32(length: number): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are uniform.
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('');
}

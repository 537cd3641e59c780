import { randomBytes } from 'node:crypto';
import { type Pool } from 'pg';
import * as sql from './seats.sql.ts';

export interface Block {
  name: string;
  capacity: number;
  free: number;
  pricePence: number;
}

export interface Performance {
  id: string;
  startsAt: Date;
  blocks: Block[];
}

export interface Booking {
  id: string;
  performanceId: string;
  startsAt: Date;
  block: string;
  seats: number;
  pricePence: number;
}

export interface Hold extends Booking {
  expiresAt: Date;
}

export interface Order extends Booking {
  orderedAt: Date;
}

export const MOST_SEATS_AT_ONCE = 6;
export const MOST_HOLDS = 4;

/**
 * Keeps one promise: for each block, free + held + sold = capacity, and free never falls below zero.
 * Each change is one statement; the conditional update of the block's row is the judge of every race.
 */
export class Seats {
  readonly #pool: Pool;
  readonly #now: () => number;
  readonly #holdMs: number;

  constructor(pool: Pool, now: () => number, holdMs: number) {
    this.#pool = pool;
    this.#now = now;
    this.#holdMs = holdMs;
  }

  async performances(): Promise<Performance[]> {
    const { rows } = await this.#pool.query<Performance>(sql.PERFORMANCES, [this.#date()]);
    return rows;
  }

  async performance(id: string): Promise<Performance | undefined> {
    return (await this.performances()).find((performance) => performance.id === id);
  }

  /** Undefined: not enough seats are free, or this person holds too much already. */
  async hold(subject: string, performanceId: string, block: string, seats: number): Promise<string | undefined> {
    if (!Number.isInteger(seats) || seats < 1 || seats > MOST_SEATS_AT_ONCE) return undefined;
    // Seats of holds that ran out come back first, in a statement of their own: they must return even if taking fails.
    await this.#pool.query(sql.RETURN_EXPIRED, [performanceId, block, this.#date()]);
    const id = randomBytes(16).toString('base64url');
    const { rowCount } = await this.#pool.query(sql.TAKE, [
      id,
      subject,
      performanceId,
      block,
      seats,
      this.#date(this.#holdMs),
      this.#date(),
      MOST_HOLDS,
    ]);
    return rowCount === 1 ? id : undefined;
  }

  async release(subject: string, holdId: string): Promise<void> {
    await this.#pool.query(sql.RELEASE, [holdId, subject]);
  }

  /** Undefined: the hold ran out, or was bought or released before. */
  async buy(subject: string, holdId: string): Promise<string | undefined> {
    const { rowCount, rows } = await this.#pool.query<{ id: string }>(sql.BUY, [holdId, subject, this.#date(), reference()]);
    return rowCount === 1 ? rows[0]?.id : undefined;
  }

  async holdsOf(subject: string): Promise<Hold[]> {
    const { rows } = await this.#pool.query<Hold>(sql.HOLDS_OF, [subject, this.#date()]);
    return rows;
  }

  async ordersOf(subject: string): Promise<Order[]> {
    const { rows } = await this.#pool.query<Order>(sql.ORDERS_OF, [subject]);
    return rows;
  }

  #date(later = 0): Date {
    return new Date(this.#now() + later);
  }
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** What a person reads out at the door: 32 letters that are not mistaken for each other. */
function reference(): string {
  const letters = Array.from(randomBytes(10), (byte) => LETTERS[byte & 31]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

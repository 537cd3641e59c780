import { createHash, randomBytes } from 'node:crypto';
import { type Pool } from 'pg';

export interface Visitor {
  subject: string;
  name: string;
}

const SESSION_MS = 12 * 3600_000;
const PENDING_MS = 5 * 60_000;

/**
 * A row is written before its ticket is validated and completed after. So a logout that arrives at any moment from
 * the validation on finds a row to delete, and a sign-in that was overtaken by its own logout finds none to complete.
 */
export class Sessions {
  readonly #pool: Pool;
  readonly #now: () => number;

  constructor(pool: Pool, now: () => number) {
    this.#pool = pool;
    this.#now = now;
  }

  /** False: this ticket was brought here before. */
  async expect(ticket: string): Promise<boolean> {
    await this.#pool.query('DELETE FROM session WHERE expires_at <= $1', [new Date(this.#now())]);
    const { rowCount } = await this.#pool.query(
      'INSERT INTO session (ticket, expires_at) VALUES ($1, $2) ON CONFLICT (ticket) DO NOTHING',
      [ticket, new Date(this.#now() + PENDING_MS)],
    );
    return rowCount === 1;
  }

  /** Undefined: the session was ended while it was being opened. */
  async open(ticket: string, visitor: Visitor): Promise<string | undefined> {
    const id = randomBytes(32).toString('base64url');
    const { rowCount } = await this.#pool.query(
      `UPDATE session SET id_hash = $2, subject = $3, name = $4, expires_at = $5
       WHERE ticket = $1 AND id_hash IS NULL`,
      [ticket, hash(id), visitor.subject, visitor.name, new Date(this.#now() + SESSION_MS)],
    );
    return rowCount === 1 ? id : undefined;
  }

  async find(id: string | undefined): Promise<Visitor | undefined> {
    if (id === undefined) return undefined;
    const { rows } = await this.#pool.query<Visitor>(
      'SELECT subject, name FROM session WHERE id_hash = $1 AND expires_at > $2',
      [hash(id), new Date(this.#now())],
    );
    return rows[0];
  }

  async end(id: string | undefined): Promise<void> {
    if (id !== undefined) await this.#pool.query('DELETE FROM session WHERE id_hash = $1', [hash(id)]);
  }

  async endOfTicket(ticket: string): Promise<void> {
    await this.#pool.query('DELETE FROM session WHERE ticket = $1', [ticket]);
  }
}

/** The table never holds what a browser could present. */
function hash(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

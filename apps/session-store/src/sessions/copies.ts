import { randomBytes } from 'node:crypto';
import { sessionCopyKey, type SessionCopy } from '@latchkey/contracts';
import { Problem, type Logger } from '@latchkey/runtime';
import type { Database, HotStore, Statement } from '@latchkey/store';

export interface CopiedSession {
  readonly copy: SessionCopy;
  /** What is left of its life by the clock that read it. */
  readonly ttlMs: number;
}

/** A copy that a committed change made stale. `owed` is its copy_drop row, when this change wrote one. */
export interface StaleCopy {
  readonly tenant: string;
  readonly sid: string;
  readonly owed: string | null;
}

/**
 * The only writer of hot copies of sessions. Two rules keep an ended session from coming back:
 * - Fill under a lease: it is put down *before* the truth is read, and the copy replaces only that very lease. Whoever changes
 *   the session deletes the key after the commit, and with it the lease of everybody who may have read the old truth.
 * - Change by deletion: commit, DEL, answer. A copy is never changed in place.
 * model/model.spec.ts runs every interleaving of this class with its rooms, and of the orders that look as good and are not.
 */
export class Copies {
  /** copy_drop rows whose copy this process has deleted; removed in batches, so that a change costs no further statement. */
  private settled: string[] = [];

  constructor(private readonly options: { database: Database; hot: HotStore; logger: Pick<Logger, 'warn'> }) {}

  /** Answers with the truth: without the hot store, or beside another's lease, it only fills nothing. */
  async fill(tenant: string, sid: string, readTruth: () => Promise<CopiedSession | null>): Promise<SessionCopy | null> {
    const key = sessionCopyKey(tenant, sid);
    const lease = `lease:${randomBytes(12).toString('base64url')}`;
    const mine = await this.tried(() => this.options.hot.put(key, lease, { ttlMs: LEASE_MS, onlyIfAbsent: true }));
    const found = await readTruth();
    if (found === null) {
      await this.dropOwed(tenant, sid);
      return null;
    }
    if (mine && found.ttlMs > 0) {
      await this.tried(() => this.options.hot.swap(key, lease, JSON.stringify(found.copy), found.ttlMs));
    }
    return found.copy;
  }

  /**
   * “There is none” is what a sign-out that is tried again takes for success, and it may come from a reader that could not read the
   * copy which the end before could not delete. @throws Problem 503
   */
  private async dropOwed(tenant: string, sid: string): Promise<void> {
    const { rows } = await this.options.database.query<StaleCopy>(OWED, [tenant, sid]);
    if (rows.length > 0) await this.drop(rows);
  }

  /** Resolves when the copies are gone. @throws Problem 503: the change stands, `repeat` will delete the copy, success may not be told. */
  async drop(stale: readonly StaleCopy[]): Promise<void> {
    try {
      const keys = new Set(stale.map(({ tenant, sid }) => sessionCopyKey(tenant, sid)));
      await Promise.all([...keys].map((key) => this.options.hot.drop(key)));
    } catch (cause) {
      this.options.logger.warn({ err: cause, sessions: stale.length }, 'hot copies could not be deleted; the deletion will be repeated');
      throw new Problem(503, 'copy_not_deleted', 'Try again', 'The change was made, but a copy of the session could not be deleted yet.');
    }
    for (const { owed } of stale) if (owed !== null) this.settled.push(owed);
  }

  /** Removes settled rows, then deletes the copies that a failure or a death between commit and DEL left behind. */
  async repeat(): Promise<void> {
    const settled = this.settled.splice(0);
    if (settled.length > 0) await this.options.database.query('DELETE FROM copy_drop WHERE id = ANY ($1::bigint[])', [settled]);
    const { rows } = await this.options.database.query<{ tenant: string; sid: string; owed: string }>(
      `SELECT id::text AS owed, tenant, sid FROM copy_drop WHERE at <= now() - interval '${GRACE_SECONDS} seconds' ORDER BY id LIMIT 200`,
    );
    if (rows.length === 0) return;
    await this.drop(rows);
    await this.repeat();
  }

  private async tried(work: () => Promise<boolean>): Promise<boolean> {
    return work().catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'the hot store did not answer; sessions are read from the truth');
      return false;
    });
  }
}

const OWED: Statement = { name: 'session_owed', text: 'SELECT id::text AS owed, tenant, sid FROM copy_drop WHERE tenant = $1 AND sid = $2' };

/** Longer than a read of the truth takes; short enough that a filler that died delays nobody. */
const LEASE_MS = 2_000;
/** A change deletes its copy itself within this time, or has failed. */
const GRACE_SECONDS = 5;

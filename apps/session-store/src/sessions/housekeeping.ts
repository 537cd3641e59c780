import type { Database, Statement } from '@latchkey/store';
import { tellMany, type Tells } from './outbox.ts';
import { unobserved, type SessionsObserver } from './observer.ts';
import { iso } from './rows.ts';
import { endedEnvelopes } from './sessions.ts';
import type { EndedRow } from './statements.ts';

/**
 * A session past its limits is over for every reader at that instant, swept or not; the sweep makes it known, so that the
 * applications hear of it. Its copy needs no DEL: it carries the same limit and was never later than the row.
 * SKIP LOCKED: replicas sweep side by side, and a row that somebody is changing right now is left for the next turn.
 */
const SWEEP: Statement = {
  name: 'session_sweep',
  text: `UPDATE session s SET ended_at = least(s.idle_until, s.absolute_until), revision = s.revision + 1,
      end_reason = CASE WHEN s.absolute_until <= s.idle_until THEN 'absolute-limit' ELSE 'idle' END
    FROM (
      SELECT tenant, sid FROM session
      WHERE ended_at IS NULL AND (idle_until <= now() OR absolute_until <= now())
      ORDER BY tenant, started_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) due
    WHERE s.tenant = due.tenant AND s.sid = due.sid AND s.ended_at IS NULL
    RETURNING s.tenant, s.sid, s.subject, s.revision, s.end_reason, ${iso('s.ended_at')} AS at`,
};

const PRUNE: Statement = {
  name: 'session_prune',
  text: `DELETE FROM session WHERE (tenant, sid) IN (
      SELECT tenant, sid FROM session
      WHERE started_at < now() - make_interval(days => $1) AND ended_at < now() - make_interval(days => $1)
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
};

const BATCH = 500;

export class Housekeeping {
  constructor(private readonly options: { database: Database; bus: Tells; keepDays: number; observer?: SessionsObserver }) {}

  /** Ends what is past its limits, a batch a transaction. */
  async sweep(): Promise<void> {
    const { database, bus, observer = unobserved } = this.options;
    let swept: EndedRow[];
    do {
      swept = await database.transaction(async (tx) => {
        const { rows } = await tx.query<EndedRow>(SWEEP, [BATCH]);
        await tellMany(tx, endedEnvelopes(bus, rows));
        return rows;
      });
      if (swept.length > 0) bus.poke();
      for (const { sid, end_reason: reason } of swept) observer.ended({ sid, reason });
    } while (swept.length === BATCH);
  }

  async prune(): Promise<void> {
    let removed: number;
    do {
      removed = (await this.options.database.query(PRUNE, [this.options.keepDays, BATCH])).count;
    } while (removed === BATCH);
  }
}

import type { Database, Statement } from '@latchkey/store';
import { periodOf } from '../event-id.ts';

const KEPT_MS = 30 * 24 * 3_600_000;
const CHUNK = 5_000;

const PRUNE: Statement = {
  name: 'bus-inbox-prune',
  text: `DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE id < $1 ORDER BY id LIMIT ${CHUNK})`,
};

/** Forgets ids that no transport can bring again: Kafka keeps a message for 7 days. Returns how many. */
export async function pruneInbox(database: Database, nowMs: number): Promise<number> {
  for (let pruned = 0; ; ) {
    const { count } = await database.query(PRUNE, [periodOf(nowMs - KEPT_MS)]);
    pruned += count;
    if (count < CHUNK) return pruned;
  }
}

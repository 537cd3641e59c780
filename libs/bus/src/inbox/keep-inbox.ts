import { RangePartitions, type Database, type Statement } from '@latchkey/store';
import { periodOf } from '../event-id.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const KEPT_MS = 30 * 24 * 3_600_000;

/** Few or none: events that were already too old when they came. */
const PRUNE_OLD: Statement = { name: 'bus-inbox-prune', text: 'DELETE FROM inbox_old WHERE id < $1' };

/**
 * Makes the weeks of the inbox that are needed and drops those that only hold ids that no transport can bring again: Kafka
 * keeps a message for 7 days. Runs before a room listens, so that no row is in the way of a new week.
 */
export async function keepInbox(database: Database, nowMs: number): Promise<{ dropped: string[] }> {
  const now = Math.floor(nowMs / WEEK_MS);
  const oldest = Math.floor((nowMs - KEPT_MS) / WEEK_MS);
  const weeks = Array.from({ length: now - oldest + 2 }, (_, index) => oldest + index);
  const slices = weeks.map((week) => ({ name: `w${week}`, from: periodOf(week * WEEK_MS), to: periodOf((week + 1) * WEEK_MS) }));
  const kept = await new RangePartitions(database, 'inbox').keep(slices, (name) => name !== 'old' && Number(name.slice(1)) < oldest);
  await database.query(PRUNE_OLD, [periodOf(nowMs - KEPT_MS)]);
  return kept;
}

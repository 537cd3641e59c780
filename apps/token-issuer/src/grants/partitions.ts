import { isPeriod, nextPeriod, periodOf, weeksAgo } from '@latchkey/oauth';
import type { Database } from '@latchkey/store';

/** Grants live a year at most, retirement included; the configured life decides when a week is dropped. */
const SLACK_WEEKS = 2;

/** Makes the weeks that codes of now and soon need, drops those in which nothing can live. */
export class Partitions {
  constructor(private readonly options: { database: Database; now: () => number; lifeMs: number }) {}

  async keep(): Promise<void> {
    const now = this.options.now();
    for (const period of [periodOf(now), nextPeriod(now)]) await this.make(period);
    const keepWeeks = Math.ceil(this.options.lifeMs / (7 * 24 * 3_600_000)) + SLACK_WEEKS;
    for (const period of await this.present()) {
      if (weeksAgo(period, now) > keepWeeks) await this.options.database.query(`DROP TABLE IF EXISTS "grant_${period}"`);
    }
  }

  /** Two replicas may try at once: under the lock the second finds it made. */
  async make(period: string): Promise<void> {
    if (!isPeriod(period) || (await this.present()).includes(period)) return;
    await this.options.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('latchkey grant partition'))`);
      await tx.query(`CREATE TABLE IF NOT EXISTS "grant_${period}" PARTITION OF "grant" FOR VALUES IN ('${period}') WITH (fillfactor = 70)`);
    });
  }

  private async present(): Promise<string[]> {
    const { rows } = await this.options.database.query<{ name: string }>(
      `SELECT relid::regclass::text AS name FROM pg_partition_tree('"grant"') WHERE isleaf`,
    );
    return rows.map((row) => row.name.replaceAll('"', '').replace(/^.*grant_/, '')).filter(isPeriod);
  }
}

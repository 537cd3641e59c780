import type { Logger } from '@latchkey/runtime';
import type { Database } from '@latchkey/store';

/** Makes the partitions of this month and the next, and drops those that are wholly older than the retention. */
export class AuditMonths {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly keepDays: number,
  ) {}

  async run(): Promise<void> {
    const { rows } = await this.database.query<{ now: Date }>('SELECT now() AS now');
    const now = rows[0]?.now ?? new Date(0);
    for (const month of [firstOfMonth(now, 0), firstOfMonth(now, 1)]) await this.make(month);
    await this.dropBefore(new Date(now.getTime() - this.keepDays * 86_400_000));
  }

  private async make(month: Date): Promise<void> {
    const name = partition(month);
    await this.database.transaction(async (tx) => {
      // CREATE … IF NOT EXISTS of two replicas at once is an error, not a no-op.
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('latchkey.management.audit'))");
      const { rows } = await tx.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name]);
      if (rows[0]?.there === true) return;
      await tx.query(
        `CREATE TABLE ${name} PARTITION OF audit FOR VALUES FROM ('${month.toISOString()}') TO ('${firstOfMonth(month, 1).toISOString()}')`,
      );
      this.logger.info({ partition: name }, 'audit partition made');
    });
  }

  private async dropBefore(limit: Date): Promise<void> {
    const { rows } = await this.database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'audit'::regclass AND c.relname ~ '^audit_\\d{4}_\\d{2}$'`,
    );
    for (const { name } of rows) {
      const [year, month] = name.slice('audit_'.length).split('_').map(Number);
      const end = new Date(Date.UTC(year ?? 0, month ?? 0, 1));
      if (end > limit) continue;
      await this.database.query(`DROP TABLE IF EXISTS ${name}`);
      this.logger.info({ partition: name }, 'audit partition dropped');
    }
  }
}

function firstOfMonth(at: Date, later: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later, 1));
}

function partition(month: Date): string {
  return `audit_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

import { RangePartitions, type Database, type Slice } from '@latchkey/store';

/** The months of the audit: this one and the next are there, those that are wholly older than the retention are dropped. */
export class AuditMonths {
  private readonly partitions: RangePartitions;

  constructor(
    private readonly database: Database,
    private readonly keepDays: number,
  ) {
    this.partitions = new RangePartitions(database, 'audit');
  }

  async run(): Promise<void> {
    const { rows } = await this.database.query<{ now: Date }>('SELECT now() AS now');
    const now = rows[0]?.now ?? new Date(0);
    const limit = new Date(now.getTime() - this.keepDays * 86_400_000);
    await this.partitions.keep([slice(now, 0), slice(now, 1)], (name) => endOf(name) <= limit);
  }
}

function slice(at: Date, later: number): Slice {
  const [from, to] = [firstOfMonth(at, later), firstOfMonth(at, later + 1)];
  return { name: from.toISOString().slice(0, 7).replace('-', '_'), from: from.toISOString(), to: to.toISOString() };
}

function firstOfMonth(at: Date, later: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later, 1));
}

function endOf(name: string): Date {
  const [year = 0, month = 0] = name.split('_').map(Number);
  return new Date(Date.UTC(year, month, 1));
}

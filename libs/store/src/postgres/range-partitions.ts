import type { Database } from '../database.ts';

/** One partition: rows whose key lies in [from, to). `name` sorts and parses as its owner likes. */
export interface Slice {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Keeps a table that is partitioned by range: makes the slices that are needed now and soon, drops those that its owner has
 * outlived. Rows go with their partition, never one by one.
 */
export class RangePartitions {
  constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  async keep(needed: readonly Slice[], outlived: (name: string) => boolean): Promise<{ made: string[]; dropped: string[] }> {
    const present = await this.present();
    const made: string[] = [];
    for (const slice of needed) if (!present.includes(slice.name) && (await this.make(slice))) made.push(slice.name);
    const dropped = present.filter((name) => outlived(name));
    for (const name of dropped) await this.database.query(`DROP TABLE IF EXISTS ${quoted(`${this.table}_${name}`)}`);
    return { made, dropped };
  }

  /** CREATE … IF NOT EXISTS of two replicas at once is an error, so they queue, and the second finds it made. */
  private async make({ name, from, to }: Slice): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('latchkey partition ' || current_schema() || $1, 0))", [this.table]);
      const partition = `${this.table}_${name}`;
      const { rows } = await tx.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [quoted(partition)]);
      if (rows[0]?.there === true) return false;
      await tx.query(`CREATE TABLE ${quoted(partition)} PARTITION OF ${quoted(this.table)} FOR VALUES FROM (${literal(from)}) TO (${literal(to)})`);
      return true;
    });
  }

  private async present(): Promise<string[]> {
    const { rows } = await this.database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)`,
      [quoted(this.table)],
    );
    return rows.map(({ name }) => name.slice(this.table.length + 1));
  }
}

function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" cannot be the name of a partition`);
  return `"${name}"`;
}

/** DDL takes no parameters. Bounds are made of characters that need no escape. */
function literal(bound: string): string {
  if (!/^[A-Za-z0-9:._-]+$/.test(bound)) throw new Error(`"${bound}" cannot bound a partition`);
  return `'${bound}'`;
}

import { newSealKey, type SealKey, type SealRing } from '@latchkey/oauth';
import type { Database } from '@latchkey/store';
import type { KeyEncryption } from './key-encryption.ts';

type Purpose = 'seal' | 'mac';

interface SecretRow {
  readonly id: string;
  readonly purpose: Purpose;
  readonly kek_id: string;
  readonly sealed: string;
  readonly created_at: Date;
}

/** A new key is used when every replica has had the time to read it. */
const NOTICE_MS = 60_000;
const ROTATE_AFTER = '30 days';
/** Longer than any grant or pending request that was made under it can be of use. */
const KEEP = '400 days';

/** Keys that seal pending requests and opaque access tokens, and that MAC refresh tokens. Old ones still open what they made. */
export class SecretKeys {
  private held: readonly (SealKey & { purpose: Purpose; createdAt: number })[] = [];

  constructor(
    private readonly options: { database: Database; tenant: string; encryption: KeyEncryption; now: () => number },
  ) {}

  async start(): Promise<void> {
    await this.rotateWhenDue();
  }

  /** The job: makes a key where the newest has grown old, forgets the ancient. */
  async rotateWhenDue(): Promise<void> {
    const { database, tenant, encryption } = this.options;
    await database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('latchkey secret_key'))`);
      for (const purpose of ['seal', 'mac'] as const) {
        const { id, secret } = newSealKey();
        await tx.query(
          `INSERT INTO secret_key (tenant, id, purpose, kek_id, sealed) SELECT $1, $2, $3, $4, $5
            WHERE NOT EXISTS (SELECT 1 FROM secret_key WHERE tenant = $1 AND purpose = $3 AND created_at > now() - interval '${ROTATE_AFTER}')`,
          [tenant, id, purpose, encryption.id, encryption.wrap(id, secret)],
        );
      }
      await tx.query(`DELETE FROM secret_key WHERE tenant = $1 AND created_at < now() - interval '${KEEP}'`, [tenant]);
    });
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { database, tenant, encryption } = this.options;
    const { rows } = await database.query<SecretRow>(
      { name: 'secret_key_all', text: 'SELECT id, purpose, kek_id, sealed, created_at FROM secret_key WHERE tenant = $1 ORDER BY created_at DESC' },
      [tenant],
    );
    const known = new Map(this.held.map((key) => [key.id, key.secret]));
    this.held = rows.map((row) => ({
      id: row.id,
      purpose: row.purpose,
      secret: known.get(row.id) ?? encryption.unwrap(row.id, row.kek_id, row.sealed),
      createdAt: row.created_at.getTime(),
    }));
  }

  readonly seals: SealRing = this.ring('seal');
  readonly macs: SealRing = this.ring('mac');

  private ring(purpose: Purpose): SealRing {
    const find = (id: string) => this.held.find((key) => key.id === id && key.purpose === purpose);
    const current = (): SealKey => {
      const mine = this.held.filter((key) => key.purpose === purpose);
      const key = mine.find(({ createdAt }) => this.options.now() - createdAt > NOTICE_MS) ?? mine.at(-1);
      if (key === undefined) throw new Error(`no ${purpose} key`);
      return key;
    };
    return {
      get current() {
        return current();
      },
      find,
    };
  }
}

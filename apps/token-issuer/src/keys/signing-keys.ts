import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import {
  SIGNING_ALGS,
  isPublished,
  publicJwks,
  thumbprint,
  type KeyState,
  type PublishedKey,
  type SigningAlg,
  type SigningKey,
  type VerificationKey,
} from '@latchkey/oauth';
import type { Database, Sql } from '@latchkey/store';
import type { KeyEncryption } from './key-encryption.ts';

interface HeldKey extends PublishedKey {
  readonly privateKey: KeyObject;
  readonly activeAt: number | null;
}

interface KeyRow {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: KeyState;
  readonly kek_id: string;
  readonly sealed: string;
  readonly active_at: Date | null;
  readonly published_until: Date | null;
}

export interface SigningKeysOptions {
  readonly database: Database;
  readonly tenant: string;
  readonly encryption: KeyEncryption;
  readonly now: () => number;
  readonly rotateAfterMs: number;
  /** How long a retired key stays published: at least the longest life of what it signed, and of a cached JWKS. */
  readonly overlapMs: number;
}

/** A key is published for so long before it signs, so that no verifier meets one it has not seen. */
const NOTICE_MS = 60 * 60 * 1000;
const KEEP_RETIRED = '400 days';

/**
 * Guards the life of a signing key: next (published, signs nothing) → active (signs) → retired (published until nothing that it
 * signed lives). One of each of the first two an algorithm, which two partial unique keys judge. Rows are the truth, the memory
 * copy follows by polling, so that keys rotate without a restart.
 */
export class SigningKeys {
  private held: readonly HeldKey[] = [];
  private byKid = new Map<string, HeldKey>();

  constructor(private readonly options: SigningKeysOptions) {}

  /** Makes what is missing, reads all. @throws KeyUnreadable */
  async start(): Promise<void> {
    await this.underLock(async () => undefined);
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { rows } = await this.options.database.query<KeyRow>(
      { name: 'signing_key_all', text: 'SELECT kid, alg, state, kek_id, sealed, active_at, published_until FROM signing_key WHERE tenant = $1 ORDER BY created_at' },
      [this.options.tenant],
    );
    this.held = rows.map((row) => this.hold(row));
    this.byKid = new Map(this.held.map((key) => [key.kid, key]));
  }

  signer(alg: SigningAlg): SigningKey {
    const key = this.held.find((candidate) => candidate.alg === alg && candidate.state === 'active');
    if (key === undefined) throw new Error(`no active ${alg} key`);
    return key;
  }

  /** Also a retired key that is published no more: a hint may be old. */
  readonly find = (kid: string): VerificationKey | undefined => this.byKid.get(kid);

  /** For what must be alive: a key that verifiers see no more counts no more here either. */
  readonly findPublished = (kid: string): VerificationKey | undefined => {
    const key = this.byKid.get(kid);
    return key !== undefined && isPublished(key, this.options.now() / 1000) ? key : undefined;
  };

  jwks(): ReturnType<typeof publicJwks> {
    return publicJwks(this.held, this.options.now() / 1000);
  }

  active(): { kid: string; alg: string }[] {
    return this.held.filter((key) => key.state === 'active').map(({ kid, alg }) => ({ kid, alg }));
  }

  /** next becomes active at once, active retires, a new next is published. */
  async rotate(alg: SigningAlg | null): Promise<{ kid: string; alg: string }[]> {
    await this.underLock(async (sql) => {
      for (const each of alg === null ? SIGNING_ALGS : [alg]) await this.turn(sql, each);
    });
    await this.refresh();
    return this.active();
  }

  /** The job: any replica may find a rotation due, the lock lets one do it. */
  async rotateWhenDue(): Promise<void> {
    const due = this.held.filter((key) => key.state === 'active' && this.options.now() - (key.activeAt ?? 0) > this.options.rotateAfterMs);
    if (due.length === 0) return;
    await this.underLock(async (sql) => {
      for (const { alg, kid } of due) {
        // Another replica may have turned it since: the kid decides.
        const { count } = await sql.query(
          `SELECT 1 FROM signing_key active JOIN signing_key next USING (tenant, alg)
            WHERE tenant = $1 AND active.kid = $2 AND active.state = 'active'
              AND next.state = 'next' AND next.created_at < clock_timestamp() - $3 * interval '1 millisecond'`,
          [this.options.tenant, kid, NOTICE_MS],
        );
        if (count > 0) await this.turn(sql, alg);
      }
      await sql.query(`DELETE FROM signing_key WHERE tenant = $1 AND state = 'retired' AND retired_at < now() - interval '${KEEP_RETIRED}'`, [
        this.options.tenant,
      ]);
    });
    await this.refresh();
  }

  private async turn(sql: Sql, alg: SigningAlg): Promise<void> {
    const { tenant, overlapMs } = this.options;
    await sql.query(
      `UPDATE signing_key SET state = 'retired', retired_at = clock_timestamp(), published_until = clock_timestamp() + $3 * interval '1 millisecond'
        WHERE tenant = $1 AND alg = $2 AND state = 'active'`,
      [tenant, alg, overlapMs],
    );
    await sql.query(`UPDATE signing_key SET state = 'active', active_at = clock_timestamp() WHERE tenant = $1 AND alg = $2 AND state = 'next'`, [tenant, alg]);
    await this.make(sql, alg, 'next');
  }

  private underLock(work: (sql: Sql) => Promise<void>): Promise<void> {
    return this.options.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('latchkey signing_key'))`);
      const { rows } = await tx.query<{ alg: SigningAlg; state: KeyState }>('SELECT alg, state FROM signing_key WHERE tenant = $1', [this.options.tenant]);
      for (const alg of SIGNING_ALGS) {
        for (const state of ['active', 'next'] as const) {
          if (!rows.some((row) => row.alg === alg && row.state === state)) await this.make(tx, alg, state);
        }
      }
      await work(tx);
    });
  }

  private async make(sql: Sql, alg: SigningAlg, state: 'next' | 'active'): Promise<void> {
    const { encryption, tenant } = this.options;
    const { privateKey, publicKey } = await newKeyPair(alg);
    const kid = await thumbprint(publicKey);
    const sealed = encryption.wrap(kid, privateKey.export({ format: 'der', type: 'pkcs8' }));
    await sql.query(
      `INSERT INTO signing_key (tenant, kid, alg, state, kek_id, sealed, active_at)
        VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $4 = 'active' THEN clock_timestamp() END)`,
      [tenant, kid, alg, state, encryption.id, sealed],
    );
  }

  private hold(row: KeyRow): HeldKey {
    const known = this.byKid.get(row.kid);
    const privateKey =
      known?.privateKey ??
      createPrivateKey({ key: this.options.encryption.unwrap(row.kid, row.kek_id, row.sealed), format: 'der', type: 'pkcs8' });
    return {
      kid: row.kid,
      alg: row.alg,
      state: row.state,
      privateKey,
      publicKey: known?.publicKey ?? createPublicKey(privateKey),
      activeAt: row.active_at?.getTime() ?? null,
      publishedUntil: row.published_until === null ? null : row.published_until.getTime() / 1000,
    };
  }
}

const generate = promisify(generateKeyPair);

function newKeyPair(alg: SigningAlg): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return alg === 'RS256' ? generate('rsa', { modulusLength: 2048 }) : generate('ec', { namedCurve: 'P-256' });
}

import { randomBytes } from 'node:crypto';
import type { Bus } from '@latchkey/bus';
import { grantRevoked, type Payload } from '@latchkey/contracts';
import type { Authentication } from '@latchkey/oauth';
import type { SecurityLog } from '@latchkey/runtime';
import type { Database, Sql, Statement, Transaction } from '@latchkey/store';
import { periodOfId, toGrant, type Grant, type GrantRow } from './grant.ts';
import {
  END_CLIENT,
  END_SUBJECT,
  FIND,
  GAVE,
  HOLD,
  INSERT,
  OF_SESSION,
  OF_SUBJECT,
  REVOKE,
  REVOKE_OF_CLIENT,
  REVOKE_OF_CODE,
  REVOKE_OF_SESSION,
  REVOKE_OF_SUBJECT,
  ROTATE,
  SEEN,
} from './grant-statements.ts';
import type { Partitions } from './partitions.ts';

export type RevocationReason = Payload<typeof grantRevoked>['reason'];

export interface NewGrant {
  readonly codeHash: string;
  readonly codeBinding: string;
  /** Of the code. */
  readonly period: string;
  readonly client: string;
  readonly offline: boolean;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly authentication: Authentication;
  /** ISO 8601: when the person's agreement was read. */
  readonly agreedAt: string;
  readonly macKey: string;
}

export interface RefreshAttempt {
  readonly id: string;
  readonly generation: number;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

export interface GrantLimits {
  readonly lifeMs: number;
  readonly idleMs: number;
  readonly retryMs: number;
}

interface GrantsOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly tenant: string;
  readonly partitions: Partitions;
  readonly limits: GrantLimits;
  readonly now: () => number;
  readonly security: SecurityLog;
}

/** Guards: a code gives one grant, a refresh token has one successor, and what was revoked issues nothing again. */
export class Grants {
  constructor(private readonly options: GrantsOptions) {}

  /**
   * null: this code gave a grant before, or the person withdrew since it was issued. What it gave is revoked and committed when
   * this returns.
   */
  async insert(grant: NewGrant): Promise<Grant | null> {
    const { tenant, limits, partitions, database } = this.options;
    const { subject, sid, authTime, acr, amr } = grant.authentication;
    const id = grant.period + randomBytes(16).toString('base64url');
    const values = [
      ...[tenant, grant.period, id, grant.codeHash, grant.codeBinding, grant.client, subject, sid, grant.offline],
      ...[grant.scopes, grant.resources, authTime, acr, amr, grant.macKey, limits.lifeMs, grant.agreedAt],
    ];
    const insert = () => database.query<GrantRow>(INSERT, values);
    const { rows } = await insert().catch(async (error: unknown) => {
      if (!lacksPartition(error)) throw error;
      await partitions.make(grant.period);
      return insert();
    });
    if (rows[0] !== undefined) return toGrant(rows[0]);
    await this.revokeOfCode(grant);
    return null;
  }

  /** The replay of a code by the one it was bound to (RFC 6749 §4.1.2). Commits by itself, before any error is raised. */
  async revokeOfCode(code: Pick<NewGrant, 'period' | 'codeHash' | 'codeBinding'>): Promise<number> {
    const values = [code.period, code.codeHash, code.codeBinding];
    if ((await this.options.database.query(GAVE, [this.options.tenant, ...values])).count === 0) return 0;
    const revoked = await this.revokeBy(REVOKE_OF_CODE, values, 'code-replayed');
    if (revoked > 0) this.options.security.record('code.replayed', {});
    return revoked;
  }

  /** Rotates: the grant with the generation to hand out, or why not. A kill is committed when this returns. */
  async rotate(attempt: RefreshAttempt): Promise<Grant | 'none' | 'reused'> {
    const { database, limits, bus, security } = this.options;
    const killed = this.killed(attempt);
    const { rows } = await database.query<GrantRow>(ROTATE, [...this.attempt(attempt), limits.retryMs, limits.idleMs, ...killed]);
    const row = rows[0];
    if (row === undefined) return 'none';
    if (row.revoked_at === null) return toGrant(row);
    bus.poke();
    security.record('refresh-token.replayed', { grant: row.id, client: row.client, subject: row.subject });
    return 'reused';
  }

  /** The event that the statement writes if it kills; the subject it knows from the row. */
  private killed({ id, client }: RefreshAttempt): unknown[] {
    const at = new Date(this.options.now()).toISOString();
    const reason = 'refresh-reused';
    const event = this.options.bus.envelope(grantRevoked, { tenant: this.options.tenant, at, grantId: id, client, subject: '', reason });
    return [event.id, event.name, event.version, event.time, event.traceparent, event.data];
  }

  /** For clients that do not rotate. */
  async hold(attempt: RefreshAttempt): Promise<Grant | 'none'> {
    const { database, limits, tenant } = this.options;
    const { rows } = await database.query<GrantRow>(HOLD, [...this.attempt(attempt), limits.idleMs]);
    const row = rows[0];
    if (row === undefined) return 'none';
    if (this.options.now() - row.rotated_at.getTime() > 86_400_000) await database.query(SEEN, [tenant, periodOfId(row.id), row.id]);
    return toGrant(row);
  }

  private attempt({ id, client, scopes, resources, generation }: RefreshAttempt): unknown[] {
    return [this.options.tenant, periodOfId(id), id, client, scopes, resources, generation];
  }

  /** The living grant. */
  async find(id: string): Promise<Grant | null> {
    const { rows } = await this.options.database.query<GrantRow>(FIND, [this.options.tenant, periodOfId(id), id]);
    return rows[0] === undefined ? null : toGrant(rows[0]);
  }

  /** Unused for so long that it will not be refreshed any more. */
  isIdle({ rotatedAt }: Grant): boolean {
    return this.options.now() - rotatedAt.getTime() >= this.options.limits.idleMs;
  }

  async revoke(id: string, reason: RevocationReason): Promise<boolean> {
    return (await this.revokeBy(REVOKE, [periodOfId(id), id, reason], reason)) > 0;
  }

  /** not_before first: a redemption that waits for its row sees it, one that came before has its grant revoked here. */
  revokeOfClient(subject: string, client: string): Promise<number> {
    return this.options.database.transaction(async (tx) => {
      await tx.query(END_CLIENT, [this.options.tenant, subject, client]);
      return this.revokeWithin(tx, REVOKE_OF_CLIENT, [subject, client], 'consent-withdrawn');
    });
  }

  /** not_before first: a refresh that waits for the lock sees it, one that came before has its row revoked here. */
  revokeOfSubject(subject: string): Promise<number> {
    return this.options.database.transaction(async (tx) => {
      await tx.query(END_SUBJECT, [this.options.tenant, subject]);
      return this.revokeWithin(tx, REVOKE_OF_SUBJECT, [subject], 'person-ended');
    });
  }

  /** All grants of an ended session, offline ones too: each of their clients was signed in. Revokes those that die with it. */
  async endOfSession(tx: Transaction, sid: string): Promise<Grant[]> {
    await this.revokeWithin(tx, REVOKE_OF_SESSION, [sid], 'session-ended');
    return this.ofSession(sid, tx);
  }

  async ofSession(sid: string, sql: Sql = this.options.database): Promise<Grant[]> {
    const { rows } = await sql.query<GrantRow>(OF_SESSION, [this.options.tenant, sid]);
    return rows.map(toGrant);
  }

  async ofSubject(subject: string): Promise<Grant[]> {
    const { rows } = await this.options.database.query<GrantRow>(OF_SUBJECT, [this.options.tenant, subject]);
    return rows.map(toGrant);
  }

  private revokeBy(statement: Statement, values: readonly unknown[], reason: RevocationReason): Promise<number> {
    return this.options.database.transaction((tx) => this.revokeWithin(tx, statement, values, reason));
  }

  private async revokeWithin(tx: Transaction, statement: Statement, values: readonly unknown[], reason: RevocationReason): Promise<number> {
    const { rows } = await tx.query<GrantRow>(statement, [this.options.tenant, ...values]);
    for (const row of rows) await this.tell(tx, row, reason);
    return rows.length;
  }

  private async tell(tx: Transaction, row: GrantRow, reason: RevocationReason): Promise<void> {
    const { bus, tenant, security } = this.options;
    const at = (row.revoked_at ?? new Date(this.options.now())).toISOString();
    await bus.tell(tx, grantRevoked, { tenant, at, grantId: row.id, client: row.client, subject: row.subject, reason });
    tx.afterCommit(() => security.record('grant.revoked', { grant: row.id, client: row.client, subject: row.subject, reason }));
  }
}

/** @see PostgreSQL 15, Table partitioning: "no partition of relation found for row" is a check_violation */
function lacksPartition(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '23514' && typeof message === 'string' && message.includes('no partition');
}

import type { Bus } from '@latchkey/bus';
import { consentRecorded, tokenIssuerPeer, type PendingDescription } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import { Problem, type Clock, type SecurityLog } from '@latchkey/runtime';
import type { Database } from '@latchkey/store';
import { shownOf, type Shown } from './shown.ts';
import { DECIDED, GRANT, KNOWN, LIST, RECORD, REVOKED, REVOKING, WITHDRAW } from './statements.ts';

export interface Decided {
  readonly granted: string[];
  readonly decision: Decision['decision'] | null;
  /** Instant of Postgres, ISO 8601. */
  readonly at?: string;
}

export interface DecidedRequest {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  readonly sid: string;
  readonly interaction: string | null;
}

export interface Decision {
  readonly subject: string;
  readonly sid: string;
  readonly pending: PendingDescription;
  readonly decision: 'granted' | 'denied';
}

export interface HeldConsent {
  readonly client: string;
  readonly scopes: string[];
  readonly grantedAt: string;
  readonly words: Readonly<Record<string, Shown['scopes'][number]>>;
  readonly shown: Omit<Shown, 'scopes'> | null;
}

/** Guards what a person agreed to: a denial is never remembered as leave, and a withdrawal has revoked before it answers. */
export class Consents {
  constructor(private readonly options: { database: Database; bus: Pick<Bus, 'tell'>; peers: Peers; clock: Clock; tenant: string; security: SecurityLog }) {}

  async decided({ tenant, subject, client, sid, interaction }: DecidedRequest): Promise<Decided> {
    const { rows } = await this.options.database.query<Decided>(DECIDED, [
      tenant,
      subject,
      client,
      sid,
      interaction,
    ]);
    return rows[0] ?? { granted: [], decision: null };
  }

  async record(decision: Decision): Promise<void> {
    if (await this.tryRecord(decision)) return;
    // What was withdrawn before has to be gone first, or its revocation would take the new grants along.
    await this.revoke(decision.subject, decision.pending.client);
    if (!(await this.tryRecord(decision))) throw tryAgain();
  }

  /** Records the decision and, when it is a grant, what holds from now on. false: a withdrawal is not done yet, nothing was recorded. */
  private async tryRecord({ subject, sid, pending, decision }: Decision): Promise<boolean> {
    const { tenant, database, bus, security } = this.options;
    const { client, interaction } = pending;
    const scopes = pending.scopes.map(({ name }) => name);
    return database.transaction(async (tx) => {
      if (decision === 'granted' && (await tx.query(GRANT, [tenant, subject, client, scopes])).count === 0) return false;
      await tx.query(RECORD, [tenant, subject, client, sid, interaction, decision, scopes, JSON.stringify(shownOf(pending))]);
      await bus.tell(tx, consentRecorded, { tenant, at: this.now(), subject, client, decision, scopes });
      tx.afterCommit(() => security.record('consent.decided', { subject, client, decision, scopes }));
      return true;
    });
  }

  async list(subject: string): Promise<HeldConsent[]> {
    const { rows } = await this.options.database.query<Omit<HeldConsent, 'grantedAt'> & { granted_at: Date }>(LIST, [
      this.options.tenant,
      subject,
    ]);
    return rows.map(({ client, scopes, granted_at, words, shown }) => {
      return { client, scopes, grantedAt: granted_at.toISOString(), words: words ?? {}, shown };
    });
  }

  /**
   * Withdrawn (committed), revoked, then answered. A repeat after a failure finds nothing active and revokes again; what was never
   * agreed to is nothing to anybody, so that made-up names leave no rows behind.
   * @throws PeerUnavailable when the revocation is not confirmed: the consent is withdrawn, and `repeatWithdrawals` goes on.
   */
  async withdraw(subject: string, client: string): Promise<boolean> {
    const { tenant, database, bus, security } = this.options;
    const withdrawn = await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ scopes: string[] }>(WITHDRAW, [tenant, subject, client]);
      const scopes = rows[0]?.scopes;
      if (scopes === undefined) return false;
      await bus.tell(tx, consentRecorded, { tenant, at: this.now(), subject, client, decision: 'withdrawn', scopes });
      tx.afterCommit(() => security.record('consent.decided', { subject, client, decision: 'withdrawn', scopes }));
      return true;
    });
    if (!withdrawn && (await database.query(KNOWN, [tenant, subject, client])).count === 0) return false;
    await this.revoke(subject, client);
    return withdrawn;
  }

  /** The net under `withdraw`: no withdrawal is lost, whatever died in the middle of it. */
  async repeatWithdrawals(): Promise<void> {
    const { rows } = await this.options.database.query<{ subject: string; client: string }>(REVOKING, [this.options.tenant]);
    for (const { subject, client } of rows) await this.revoke(subject, client);
  }

  private now(): string {
    return new Date(this.options.clock.now()).toISOString();
  }

  private async revoke(subject: string, client: string): Promise<void> {
    const { tenant, database, peers } = this.options;
    await peers.to(tokenIssuerPeer).revokeClient({ tenant, subject, client });
    await database.query(REVOKED, [tenant, subject, client]);
  }
}

function tryAgain(): Problem {
  return new Problem(503, 'withdrawal_in_progress', 'Try again', 'An earlier withdrawal for this application is still being carried out.');
}

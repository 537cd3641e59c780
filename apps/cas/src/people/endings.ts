import { sessionStorePeer, tokenIssuerPeer, type EndReason } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Database, Sql, Statement } from '@latchkey/store';

/** Two debts at once: the graver reason stands, and no session is excepted. Each debt has a number of its own. */
const OWE: Statement = {
  name: 'person_owe_ending',
  text: `UPDATE person SET
      ending = CASE WHEN ending = 'person-deleted' OR (ending = 'person-disabled' AND $3 = 'password-changed') THEN ending ELSE $3 END,
      ending_except = CASE WHEN ending IS NULL THEN $4 END,
      ending_number = ending_number + 1
    WHERE tenant = $1 AND subject = $2`,
};
const OWED: Statement = {
  name: 'person_owed_endings',
  text: `SELECT subject, ending, ending_except, ending_number FROM person
    WHERE tenant = $1 AND ending IS NOT NULL AND ($2::text IS NULL OR subject = $2) LIMIT 100`,
};
/** By number: a debt made while this one was being paid is still owed. */
const PAID: Statement = {
  name: 'person_paid_ending',
  text: 'UPDATE person SET ending = NULL, ending_except = NULL WHERE tenant = $1 AND subject = $2 AND ending_number = $3',
};

interface OwedRow {
  readonly subject: string;
  readonly ending: EndReason;
  readonly ending_except: string | null;
  readonly ending_number: number;
}

/**
 * Ends what a person's change must end: first the person's row, then every session and grant, and only then the answer.
 * The debt stands in the row from the very transaction of the change, so neither a crash nor a room that is away loses it.
 */
export class Endings {
  constructor(private readonly options: { database: Database; peers: Peers; tenant: string }) {}

  /** In the transaction of the change. `except`: the session in which the person made the change. */
  async owe(sql: Sql, subject: string, reason: EndReason, except: string | null = null): Promise<void> {
    await sql.query(OWE, [this.options.tenant, subject, reason, except]);
  }

  /** Without a change of the person: the debt alone, so that what was begun is finished whoever fails in between. */
  async endEverything(subject: string, reason: EndReason): Promise<void> {
    await this.owe(this.options.database, subject, reason);
    await this.pay(subject);
  }

  /** After the commit and before the answer. Nothing owed is nothing to do. */
  async pay(subject: string): Promise<void> {
    for (const owed of await this.owed(subject)) await this.settle(owed);
  }

  /** The net: debts whose process died, or whose session-store was away. */
  async payAll(): Promise<void> {
    for (const owed of await this.owed(null)) await this.settle(owed);
  }

  private async owed(subject: string | null): Promise<OwedRow[]> {
    return (await this.options.database.query<OwedRow>(OWED, [this.options.tenant, subject])).rows;
  }

  private async settle({ subject, ending, ending_except: except, ending_number }: OwedRow): Promise<void> {
    const { database, peers, tenant } = this.options;
    await peers.to(sessionStorePeer).endAll({ tenant, subject, reason: ending, except });
    await peers.to(tokenIssuerPeer).revokeSubject({ tenant, subject });
    await database.query(PAID, [tenant, subject, ending_number]);
  }
}

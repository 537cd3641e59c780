import { createHash, randomBytes } from 'node:crypto';
import { casPeer, type Person, type PersonEntry } from '@latchkey/contracts';
import { PeerRefused, type Peers } from '@latchkey/peers';
import type { Database, Statement } from '@latchkey/store';
import type { Audit } from '../audit/audit.ts';
import { ADMINISTRATORS } from '../guard/built-in.ts';
import { readRefusal } from '../refusal.ts';

/** A link is used for as long as its form is being worked on; one that was used and made nobody is free again after that. */
const USE_SECONDS = 60;

const GENERATE: Statement = {
  name: 'setup_generate',
  text: `INSERT INTO setup_link (tenant, token_hash, created_at, expires_at)
    SELECT $1, $2, now(), now() + make_interval(secs => $3)
     WHERE NOT EXISTS (SELECT FROM first_administrator WHERE tenant = $1)
    ON CONFLICT (tenant) DO UPDATE
      SET token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at, used_at = NULL
      WHERE setup_link.used_at IS NULL OR setup_link.used_at < now() - interval '${USE_SECONDS} seconds'`,
};
const LIVING = `tenant = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > now()
      AND NOT EXISTS (SELECT FROM first_administrator WHERE tenant = $1)`;
const FIND: Statement = { name: 'setup_find', text: `SELECT FROM setup_link WHERE ${LIVING}` };
/** The judge: of any number of posts one finds used_at empty. */
const USE: Statement = { name: 'setup_use', text: `UPDATE setup_link SET used_at = now() WHERE ${LIVING} RETURNING used_at::text AS used` };
const GIVE_BACK: Statement = {
  name: 'setup_give_back',
  text: 'UPDATE setup_link SET used_at = NULL WHERE tenant = $1 AND token_hash = $2 AND used_at = $3::timestamptz',
};
const MADE: Statement = {
  name: 'setup_made',
  text: `INSERT INTO first_administrator (tenant, subject, made_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING`,
};

export type SetUpOutcome =
  | { readonly outcome: 'made'; readonly person: Person }
  | { readonly outcome: 'invalid-link' }
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused'; readonly why: string };

/** Guards that the set-up link makes one administrator, once, and nobody after there ever was one. */
export class SetUp {
  private fresh: string | null = null;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly peers: Peers;
      readonly audit: Audit;
      readonly tenant: string;
      readonly publicUrl: string;
      readonly lifeHours: number;
    },
  ) {}

  /** A new link at each start while there is no administrator: only its hash is kept, so a lost one cannot be shown again. */
  async generate(): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    const { count } = await this.parts.database.query(GENERATE, [this.parts.tenant, hash(token), this.parts.lifeHours * 3600]);
    this.fresh = count === 1 ? token : null;
  }

  /** The link for the operator's terminal: once, and only while it can still be used. */
  async takeUrl(): Promise<string | null> {
    const token = this.fresh;
    this.fresh = null;
    if (token === null || !(await this.isValid(token))) return null;
    return `${this.parts.publicUrl}/admin/setup?token=${token}`;
  }

  async isValid(token: string): Promise<boolean> {
    const { count } = await this.parts.database.query(FIND, [this.parts.tenant, hash(token)]);
    return count === 1;
  }

  /** After this, no link is valid and none will be made. */
  async administratorMade(subject: string): Promise<void> {
    await this.parts.database.query(MADE, [this.parts.tenant, subject]);
  }

  async makeAdministrator(token: string, entry: Pick<PersonEntry, 'username' | 'name' | 'password'>): Promise<SetUpOutcome> {
    const { database, tenant } = this.parts;
    const { rows } = await database.query<{ used: string }>(USE, [tenant, hash(token)]);
    if (rows[0] === undefined) return { outcome: 'invalid-link' };
    const giveBack = () => database.query(GIVE_BACK, [tenant, hash(token), rows[0]?.used]);
    try {
      const outcome = await this.putAdministrator(entry);
      if (outcome.outcome !== 'made') await giveBack();
      return outcome;
    } catch (error) {
      // Putting the same person again changes nothing, so an unknown outcome leaves the link usable.
      await giveBack();
      throw error;
    }
  }

  private async putAdministrator(entry: Pick<PersonEntry, 'username' | 'name' | 'password'>): Promise<SetUpOutcome> {
    const { peers, tenant, database, audit } = this.parts;
    const cas = peers.to(casPeer);
    const { person: known } = await cas.findPerson({ tenant, subject: null, username: entry.username });
    if (known !== null && !known.groups.includes(ADMINISTRATORS)) return { outcome: 'taken' };
    try {
      const { person } = await cas.putPerson({ tenant, entry: { ...entry, groups: [ADMINISTRATORS] } });
      await database.transaction(async (tx) => {
        await tx.query(MADE, [tenant, person.subject]);
        await audit.record(tx, { actor: 'setup', action: 'administrator.made', thing: `person:${person.subject}`, detail: { username: person.username } });
      });
      return { outcome: 'made', person };
    } catch (error) {
      if (error instanceof PeerRefused) return { outcome: 'refused', why: readRefusal(error).detail };
      throw error;
    }
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

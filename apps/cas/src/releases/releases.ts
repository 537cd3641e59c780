import { toldBy } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';
import { tellingRules } from '../validate/release.ts';

export interface Release {
  readonly service: string;
  readonly attributes: readonly string[];
  readonly shown: readonly string[];
  readonly at: Date;
}

const AGREED: Statement = { name: 'release_agreed', text: 'SELECT attributes FROM release WHERE tenant = $1 AND subject = $2 AND service = $3' };
const AGREE: Statement = {
  name: 'release_agree',
  text: `INSERT INTO release (tenant, subject, service, attributes, shown) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant, subject, service) DO UPDATE SET attributes = excluded.attributes, shown = excluded.shown, at = now()`,
};
const LIST: Statement = { name: 'release_list', text: 'SELECT service, attributes, shown, at FROM release WHERE tenant = $1 AND subject = $2 ORDER BY at DESC' };
const WITHDRAW: Statement = { name: 'release_withdraw', text: 'DELETE FROM release WHERE tenant = $1 AND subject = $2 AND service = $3' };

/** What people agreed to have told to services that ask first. Every way of telling asks here, at each telling. */
export class Releases {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
  ) {}

  /** Names of rules that may be followed; null: this service needs nobody's word. */
  async agreed(service: ServiceEntry, subject: string): Promise<ReadonlySet<string> | null> {
    if (service.attributeConsent !== true) return null;
    const { rows } = await this.database.query<{ attributes: string[] }>(AGREED, [this.tenant, subject, service.id]);
    return new Set(rows[0]?.attributes ?? []);
  }

  /** Is there something that the person has not yet been asked about? */
  async isOwed(service: ServiceEntry, subject: string): Promise<boolean> {
    const agreed = await this.agreed(service, subject);
    return agreed !== null && askedOf(service).some((name) => !agreed.has(name));
  }

  async agree(service: ServiceEntry, subject: string, shown: readonly string[]): Promise<void> {
    await this.database.query(AGREE, [this.tenant, subject, service.id, askedOf(service), shown]);
  }

  async list(subject: string): Promise<Release[]> {
    return (await this.database.query<Release>(LIST, [this.tenant, subject])).rows;
  }

  async withdraw(service: string, subject: string): Promise<boolean> {
    return (await this.database.query(WITHDRAW, [this.tenant, subject, service])).count > 0;
  }
}

/** Everything that a person is asked about for this service. */
export function askedOf(service: ServiceEntry): string[] {
  return tellingRules(service).map(toldBy);
}

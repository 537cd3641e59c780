import { createHash } from 'node:crypto';
import { isProxyGrantingTicket } from '@latchkey/cas-protocol';
import type { Database, Sql, Statement } from '@latchkey/store';

export interface ProxyGrant {
  readonly sid: string;
  readonly subject: string;
  /** Id of the service that may act as a proxy with it. */
  readonly service: string;
  /** Callback addresses, that of this proxy first. @see CAS Protocol 3.0 §2.6.2 */
  readonly proxies: readonly string[];
}

const GRANT: Statement = {
  name: 'proxy_granting_ticket_grant',
  text: 'INSERT INTO proxy_granting_ticket (tenant, hash, sid, subject, service, proxies) VALUES ($1, $2, $3, $4, $5, $6)',
};
const FIND: Statement = {
  name: 'proxy_granting_ticket_find',
  text: 'SELECT sid, subject, service, proxies FROM proxy_granting_ticket WHERE tenant = $1 AND hash = $2',
};
const END: Statement = { name: 'proxy_granting_ticket_end', text: 'DELETE FROM proxy_granting_ticket WHERE tenant = $1 AND sid = $2' };
const FORGET: Statement = {
  name: 'proxy_granting_ticket_forget',
  text: 'DELETE FROM proxy_granting_ticket WHERE tenant = $1 AND at < now() - make_interval(secs => $2)',
};

/** What a proxy holds of a session. It opens nothing by itself: each use looks whether the session lives. @see CAS Protocol 3.0 §3.3 */
export class ProxyGrantingTickets {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
  ) {}

  async grant(ticket: string, { sid, subject, service, proxies }: ProxyGrant): Promise<void> {
    await this.database.query(GRANT, [this.tenant, hashOf(ticket), sid, subject, service, proxies]);
  }

  async find(ticket: string): Promise<ProxyGrant | null> {
    if (!isProxyGrantingTicket(ticket)) return null;
    return (await this.database.query<ProxyGrant>(FIND, [this.tenant, hashOf(ticket)])).rows[0] ?? null;
  }

  async endOf(sid: string, sql: Sql): Promise<void> {
    await sql.query(END, [this.tenant, sid]);
  }

  /** What was granted to a session at the moment of its end stays behind, without effect. */
  async forget(olderThanMs: number): Promise<void> {
    await this.database.query(FORGET, [this.tenant, olderThanMs / 1_000]);
  }
}

/** 130 random bits need no key. */
function hashOf(ticket: string): string {
  return createHash('sha256').update(`proxy-granting-ticket ${ticket}`).digest('base64url');
}

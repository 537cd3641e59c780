import type { PersonAttributes } from '@latchkey/contracts';
import type { Database, Sql, Statement } from '@latchkey/store';

export interface Visit {
  readonly ticket: string;
  readonly sid: string;
  readonly subject: string;
  readonly service: string;
  readonly serviceUrl: string;
}

/** Who entered, as the service may be told. */
export interface Visitor {
  readonly subject: string;
  readonly username: string;
  readonly name: string;
  readonly attributes: PersonAttributes;
  readonly groups: string[];
}

export interface VisitRow {
  readonly ticket: string;
  readonly sid: string;
  readonly subject: string;
  readonly username: string;
  readonly service: string;
  readonly service_url: string;
  readonly at: Date;
}

/** No row: the ticket was used before, or the person is not there to enter. */
const ENTER: Statement = {
  name: 'visit_enter',
  text: `WITH who AS (
      SELECT subject, username, name, attributes, groups FROM person
        WHERE tenant = $1 AND subject = $4 AND enabled AND deleted_at IS NULL),
    entered AS (
      INSERT INTO visit (tenant, ticket, sid, subject, service, service_url)
        SELECT $1, $2, $3, who.subject, $5, $6 FROM who
        ON CONFLICT (tenant, ticket) DO NOTHING RETURNING ticket)
    SELECT who.* FROM who, entered`,
};

const OF_SESSIONS: Statement = {
  name: 'visit_of_sessions',
  text: `SELECT v.ticket, v.sid, v.subject, p.username, v.service, v.service_url, v.at
    FROM visit v JOIN person p ON p.tenant = v.tenant AND p.subject = v.subject
    WHERE v.tenant = $1 AND v.sid = ANY($2) ORDER BY v.at, v.ticket`,
};

const BY_TICKET: Statement = { name: 'visit_by_ticket', text: 'SELECT sid, subject FROM visit WHERE tenant = $1 AND ticket = $2' };

/** Which services were entered in which session. The unique key on the ticket is the judge of its single use. */
export class Visits {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
  ) {}

  /** Commits the visit, before anybody looks whether the session still lives: a logout then finds it. */
  async enter(visit: Visit): Promise<Visitor | null> {
    const { ticket, sid, subject, service, serviceUrl } = visit;
    const { rows } = await this.database.query<Visitor>(ENTER, [this.tenant, ticket, sid, subject, service, serviceUrl]);
    return rows[0] ?? null;
  }

  async byTicket(ticket: string): Promise<Pick<Visit, 'sid' | 'subject'> | null> {
    return (await this.database.query<Pick<Visit, 'sid' | 'subject'>>(BY_TICKET, [this.tenant, ticket])).rows[0] ?? null;
  }

  async ofSessions(sids: readonly string[], sql: Sql = this.database): Promise<VisitRow[]> {
    return (await sql.query<VisitRow>(OF_SESSIONS, [this.tenant, sids])).rows;
  }
}

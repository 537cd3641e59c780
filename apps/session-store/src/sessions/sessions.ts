import {
  sessionEnded,
  sessionStarted,
  type EndReason,
  type PeerHandlers,
  type SessionCopy,
  type SessionRow,
  type sessionStorePeer,
} from '@latchkey/contracts';
import type { Database } from '@latchkey/store';
import { newSecret, newSid, secretHash } from './cookie.ts';
import type { Copies, CopiedSession, StaleCopy } from './copies.ts';
import { GET, listStatement, type ListRequest } from './list-statements.ts';
import { FILLED_BY_STATEMENT, tellMany, type Tells } from './outbox.ts';
import { unobserved, type SessionsObserver } from './observer.ts';
import { copyOf, type CopyRow, type ListRow } from './rows.ts';
import { KNOW_SUBJECT, START, type StartedRow } from './start-statements.ts';
import { ANSWERED, END, END_ALL, FIND, OWED_OF_SUBJECT, OWE_MANY, RAISE_NOT_BEFORE, TOUCH, type EndedRow } from './statements.ts';

type Handlers = PeerHandlers<typeof sessionStorePeer>;
type StartRequest = Parameters<Handlers['start']>[0];
type StartAnswer = Awaited<ReturnType<Handlers['start']>>;
type Answer = Parameters<Handlers['answered']>[0]['answer'];
type EndAllRequest = Parameters<Handlers['endAll']>[0];

export interface SessionsOptions {
  readonly database: Database;
  readonly bus: Tells;
  readonly copies: Copies;
  readonly cookieKey: Buffer;
  readonly limits: { readonly idleSeconds: number; readonly absoluteSeconds: number };
  readonly observer?: SessionsObserver;
  /** Cookies that the release before this one can read. */
  readonly dottedCookies?: boolean;
}

/**
 * Guards what a session is: begun once, extended while it lives, ended for ever. The row is the truth; every change commits,
 * deletes the hot copy, and only then answers.
 */
export class Sessions {
  private readonly observer: SessionsObserver;

  constructor(private readonly options: SessionsOptions) {
    this.observer = options.observer ?? unobserved;
  }

  async start(request: StartRequest): Promise<StartAnswer> {
    const { tenant, subject, replaces } = request;
    const { database, bus, limits, cookieKey, copies } = this.options;
    const sid = newSid();
    const secret = newSecret();
    const started = bus.envelope(sessionStarted, { tenant, sessionId: sid, ...FILLED_BY_STATEMENT });
    const ended = replaces === null ? null : this.endedEnvelope(tenant, replaces, 'replaced');

    await database.query(KNOW_SUBJECT, [tenant, subject]);
    const { rows } = await database.query<StartedRow>(START, [
      tenant,
      subject,
      request.authenticatedAt,
      request.username,
      replaces,
      sid,
      secretHash(cookieKey, secret),
      request.amr,
      request.acr,
      JSON.stringify(request.device),
      limits.idleSeconds,
      limits.absoluteSeconds,
      request.answer?.interaction ?? null,
      request.answer?.kind ?? null,
      JSON.stringify(started),
      ended === null ? null : JSON.stringify(ended),
      request.longTermSeconds,
    ]);
    const row = rows[0];
    if (row === undefined) return { outcome: 'refused' };
    if (row.sid === sid) {
      bus.poke();
      this.observer.started({ sid, subject });
    }
    if (replaces !== null && row.replaced_other) this.observer.ended({ sid: replaces, reason: 'replaced' });
    if (replaces !== null && row.owed !== null) await copies.drop([{ tenant, sid: replaces, owed: row.owed }]);
    return { outcome: 'started', sid: row.sid, cookie: `${row.sid}${this.separatorFor(row.sid)}${secret}`, session: copyOf(row) };
  }

  async find(tenant: string, sid: string): Promise<SessionCopy | null> {
    return this.options.copies.fill(tenant, sid, () => this.readTruth(tenant, sid));
  }

  async touch(tenant: string, sid: string): Promise<boolean> {
    const { rows } = await this.options.database.query<{ alive: boolean; owed: string | null }>(TOUCH, [
      tenant,
      sid,
      this.options.limits.idleSeconds,
    ]);
    const { alive = false, owed = null } = rows[0] ?? {};
    if (owed !== null) await this.options.copies.drop([{ tenant, sid, owed }]);
    return alive;
  }

  async answered(tenant: string, sid: string, answer: Answer): Promise<boolean> {
    const { rows } = await this.options.database.query<{ alive: boolean; owed: string | null }>(ANSWERED, [
      tenant,
      sid,
      answer.interaction,
      answer.kind,
    ]);
    const { alive = false, owed = null } = rows[0] ?? {};
    if (alive) await this.options.copies.drop([{ tenant, sid, owed }]);
    return alive;
  }

  /** Deletes the copy also when the row was already ended: the end before may have been told that its DEL failed. */
  async end(tenant: string, sid: string, reason: EndReason): Promise<boolean> {
    const { database, bus, copies } = this.options;
    const { rows } = await database.query<{ ended: boolean; owed: string | null }>(END, [
      tenant,
      sid,
      reason,
      JSON.stringify(this.endedEnvelope(tenant, sid, reason)),
    ]);
    const { ended = false, owed = null } = rows[0] ?? {};
    if (ended) {
      bus.poke();
      this.observer.ended({ sid, reason });
    }
    await copies.drop([{ tenant, sid, owed }]);
    return ended;
  }

  async endAll({ tenant, subject, reason, except }: EndAllRequest): Promise<{ ended: number; notBefore: string }> {
    const { database, bus, copies } = this.options;
    const { notBefore, rows: over, stale } = await database.transaction(async (tx) => {
      const raised = await tx.query<{ not_before: string }>(RAISE_NOT_BEFORE, [tenant, subject]);
      const { rows } = await tx.query<EndedRow>(END_ALL, [tenant, subject, reason, except]);
      if (rows.length > 0) await tx.query(OWE_MANY, [tenant, rows.map((row) => row.sid)]);
      await tellMany(tx, endedEnvelopes(bus, rows));
      const owed = await tx.query<StaleCopy>(OWED_OF_SUBJECT, [tenant, subject]);
      return { notBefore: raised.rows[0]?.not_before ?? '', rows, stale: owed.rows };
    });
    if (over.length > 0) bus.poke();
    for (const { sid } of over) this.observer.ended({ sid, reason });
    await copies.drop(stale);
    return { ended: over.length, notBefore };
  }

  async list(request: ListRequest): Promise<SessionRow[]> {
    const { text, values } = listStatement(request);
    return (await this.options.database.query<ListRow>(text, values)).rows;
  }

  async get(tenant: string, sid: string): Promise<SessionRow | null> {
    return (await this.options.database.query<ListRow>(GET, [tenant, sid])).rows[0] ?? null;
  }

  /** A session that an older release began may have a hyphen in its name: its cookie keeps the form of that release. */
  private separatorFor(sid: string): '-' | '.' {
    return this.options.dottedCookies === true || /[-_]/.test(sid) ? '.' : '-';
  }

  private async readTruth(tenant: string, sid: string): Promise<CopiedSession | null> {
    const row = (await this.options.database.query<CopyRow>(FIND, [tenant, sid])).rows[0];
    if (row === undefined) return null;
    return { copy: copyOf(row), ttlMs: row.expires_at.getTime() - row.read_at.getTime() };
  }

  private endedEnvelope(tenant: string, sid: string, reason: EndReason) {
    return this.options.bus.envelope(sessionEnded, { tenant, sessionId: sid, reason, ...FILLED_BY_STATEMENT });
  }
}

export function endedEnvelopes(bus: Tells, rows: readonly EndedRow[]) {
  return rows.map(({ tenant, sid, subject, revision, end_reason, at }) =>
    bus.envelope(sessionEnded, { tenant, sessionId: sid, subject, reason: end_reason as EndReason, at, revision }),
  );
}

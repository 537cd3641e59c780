import type { DeliveryRow } from '@latchkey/contracts';
import type { Migration, Statement } from '@latchkey/store';

export interface StoredDelivery {
  readonly id: string;
  readonly sid: string;
  readonly subject: string;
  readonly application: string;
  readonly application_name: string;
  readonly address: string;
  readonly reason: string;
  readonly payload: object;
  readonly traceparent: string | null;
  readonly state: DeliveryRow['state'];
  readonly attempts: DeliveryRow['attempts'];
  readonly tries: number;
  readonly queued_at: Date;
  readonly next_at: Date;
  readonly settled_at: Date | null;
  readonly age_ms: string;
}

/** The partial index is on a column that changes, against the house rule: it holds only what is still to be told. */
export const deliveryMigrations: readonly Migration[] = [
  {
    name: '20261124-901-delivery',
    sql: `
      CREATE TABLE delivery (
        id text PRIMARY KEY,
        tenant text NOT NULL,
        sid text NOT NULL,
        subject text NOT NULL,
        application text NOT NULL,
        application_name text NOT NULL,
        address text NOT NULL,
        reason text NOT NULL,
        payload jsonb NOT NULL,
        state text NOT NULL DEFAULT 'trying' CHECK (state IN ('trying', 'delivered', 'parked')),
        attempts jsonb NOT NULL DEFAULT '[]',
        tries integer NOT NULL DEFAULT 0,
        queued_at timestamptz NOT NULL DEFAULT now(),
        since timestamptz NOT NULL DEFAULT now(),
        next_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz
      );
      CREATE INDEX delivery_due ON delivery (tries, next_at) WHERE state = 'trying';
      CREATE INDEX delivery_by_session ON delivery (tenant, sid);
      CREATE INDEX delivery_by_subject ON delivery (tenant, subject, queued_at);
      CREATE INDEX delivery_by_age ON delivery (tenant, queued_at);`,
  },
  { name: '20261124-902-delivery-trace', sql: 'ALTER TABLE delivery ADD COLUMN traceparent text' },
];

export const QUEUE: Statement = {
  name: 'delivery_queue',
  text: `INSERT INTO delivery (tenant, id, sid, subject, application, application_name, address, reason, payload, traceparent, next_at)
    SELECT $1, id, sid, subject, application, application_name, address, reason, payload, $3, now() + coalesce(delay_ms, 0) * interval '1 millisecond'
      FROM jsonb_to_recordset($2::jsonb) AS item (id text, sid text, subject text, application text, application_name text,
        address text, reason text, payload jsonb, delay_ms integer)`,
};

/**
 * A claim is a `next_at` 10 s ahead: longer than any attempt, so a process that died holds nothing up for long. Fresh ones
 * first. `$3`: only these applications (`$4`), or all but these.
 */
export const CLAIM: Statement = {
  name: 'delivery_claim',
  text: `UPDATE delivery SET next_at = now() + interval '10 seconds'
    WHERE id IN (
      SELECT id FROM delivery WHERE state = 'trying' AND tenant = $1 AND next_at <= now()
        AND (application = ANY ($3::text[])) = $4
      ORDER BY tries, next_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING *, extract(epoch FROM now() - since) * 1000 AS age_ms`,
};

/** `tries` is part of the condition: an attempt whose claim ran out and was made again elsewhere records nothing twice. */
export const RECORD: Statement = {
  name: 'delivery_record',
  text: `UPDATE delivery SET
      attempts = attempts || jsonb_build_object('at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'answer', $3::text, 'tookMs', $4::int),
      tries = tries + 1, state = $5, next_at = now() + $6 * interval '1 millisecond',
      settled_at = CASE WHEN $5 = 'trying' THEN NULL ELSE now() END
    WHERE id = $1 AND tries = $2 AND state = 'trying'
    RETURNING settled_at`,
};

/** Told by another way than ours. An attempt of ours that is under way records nothing after it. */
export const SETTLE: Statement = {
  name: 'delivery_settle',
  text: `UPDATE delivery SET
      attempts = attempts || jsonb_build_object('at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'answer', $4::text, 'tookMs', 0),
      tries = tries + 1, state = 'delivered', settled_at = now()
    WHERE tenant = $1 AND id = $2 AND sid = $3 AND state = 'trying' AND payload->>'channel' = 'front'
    RETURNING *, '0' AS age_ms`,
};

/** By the index of what is to be told. */
export const WAITING: Statement = {
  name: 'delivery_waiting',
  text: `SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM now() - min(since)), 0)::float8 AS oldest
    FROM delivery WHERE state = 'trying'`,
};

export const RETRY: Statement = {
  name: 'delivery_retry',
  text: `UPDATE delivery SET state = 'trying', next_at = now(), since = now(), settled_at = NULL
    WHERE tenant = $1 AND id = $2 AND state = 'parked'`,
};

/** Conditions are added only where asked for, so that each list can use its index. */
export function listStatement(
  tenant: string,
  request: { subject: string | null; sid: string | null; state: string | null; limit: number },
): { text: string; values: unknown[] } {
  const values: unknown[] = [tenant];
  const conditions = ['tenant = $1'];
  for (const column of ['subject', 'sid', 'state'] as const) {
    const value = request[column];
    if (value !== null) conditions.push(`${column} = $${values.push(value)}`);
  }
  const limit = values.push(request.limit);
  return { text: `SELECT * FROM delivery WHERE ${conditions.join(' AND ')} ORDER BY queued_at DESC, id LIMIT $${limit}`, values };
}

import type { Migration } from '@latchkey/store';

/**
 * `outbox` is a queue: short, always emptied, so it is vacuumed by count and not by share.
 * `inbox.id` sorts by time (its first ten characters), under COLLATE "C" so that the order is that of the bytes; its weeks are
 * partitions. An event older than every week that is kept falls into `inbox_old`.
 */
const tables: Migration = {
  name: '20261124-001-bus',
  sql: `
CREATE TABLE outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL,
  name text NOT NULL,
  version int NOT NULL,
  key text NOT NULL,
  time timestamptz NOT NULL,
  traceparent text,
  data jsonb NOT NULL,
  reached text[] NOT NULL DEFAULT '{}',
  tried_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE inbox (
  id text COLLATE "C" PRIMARY KEY
) PARTITION BY RANGE (id);
CREATE TABLE inbox_old PARTITION OF inbox DEFAULT;

CREATE TABLE parked (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  version int NOT NULL,
  source text NOT NULL,
  key text NOT NULL,
  time text NOT NULL,
  traceparent text,
  data jsonb,
  error text NOT NULL,
  tries int NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  tried_at timestamptz NOT NULL DEFAULT now(),
  next_at timestamptz
);
CREATE INDEX parked_due ON parked (next_at) WHERE next_at IS NOT NULL;
`,
};

export const busMigrations: readonly Migration[] = [tables];

import type { Migration } from '@latchkey/store';

/** Partitioned by month and dropped, never scanned; the default partition takes what comes with a strange date. */
export const audit: Migration = {
  name: '20261124-002-audit',
  sql: `
    CREATE TABLE audit (
      tenant text NOT NULL,
      at timestamptz NOT NULL,
      id text NOT NULL,
      actor text NOT NULL,
      action text NOT NULL,
      thing text NOT NULL,
      detail jsonb NOT NULL,
      PRIMARY KEY (tenant, at, id)
    ) PARTITION BY RANGE (at);
    CREATE TABLE audit_default PARTITION OF audit DEFAULT;
    CREATE INDEX audit_thing ON audit (tenant, thing, at);
    CREATE INDEX audit_actor ON audit (tenant, actor, at);
  `,
};

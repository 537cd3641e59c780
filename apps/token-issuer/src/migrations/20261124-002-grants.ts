import type { Migration } from '@latchkey/store';

/**
 * One row a sign-in and client. `code_hash` under its unique key is the judge of double redemption. Partitions are weeks
 * (`grants/partitions.ts` makes and drops them), so every key begins with the period that codes and ids begin with.
 * No index on a column that changes: generation, rotated_at, retried, retry_streak, revoked_at, reason.
 */
export const grants: Migration = {
  name: '20261124-002-grants',
  sql: `
    CREATE TABLE "grant" (
      tenant text NOT NULL,
      period text NOT NULL,
      id text NOT NULL,
      code_hash text NOT NULL,
      code_binding text NOT NULL,
      client text NOT NULL,
      subject text NOT NULL,
      sid text NOT NULL,
      offline boolean NOT NULL,
      scopes text[] NOT NULL,
      resources text[] NOT NULL,
      claims jsonb,
      auth_time bigint NOT NULL,
      acr text NOT NULL,
      amr text[] NOT NULL,
      cnf jsonb,
      mac_key text NOT NULL,
      generation integer NOT NULL DEFAULT 0,
      rotated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      retried boolean NOT NULL DEFAULT false,
      retry_streak integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      reason text,
      PRIMARY KEY (tenant, period, id),
      CONSTRAINT grant_of_code UNIQUE (tenant, period, code_hash),
      CHECK ((revoked_at IS NULL) = (reason IS NULL))
    ) PARTITION BY LIST (period);
    CREATE INDEX grant_of_session ON "grant" (tenant, sid);
    CREATE INDEX grant_of_subject ON "grant" (tenant, subject, client);

    CREATE TABLE subject (
      tenant text NOT NULL,
      subject text NOT NULL,
      not_before timestamptz NOT NULL,
      PRIMARY KEY (tenant, subject)
    );

    CREATE TABLE withdrawal (
      tenant text NOT NULL,
      subject text NOT NULL,
      client text NOT NULL,
      not_before timestamptz NOT NULL DEFAULT '-infinity',
      PRIMARY KEY (tenant, subject, client)
    ) WITH (fillfactor = 70);
    COMMENT ON TABLE withdrawal IS 'One row a person and client that ever had a grant; codes agreed to before not_before give none.';

    CREATE TABLE revoked_token (
      tenant text NOT NULL,
      jti text NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (tenant, jti)
    );
    COMMENT ON TABLE revoked_token IS 'Access tokens that no grant stands behind (client_credentials) and that were revoked; gone when they expired.';`,
};

import type { Migration } from '@latchkey/store';

/** Private halves and secrets stand here only as sealed by the key-encryption key that `kek_id` names. */
export const keys: Migration = {
  name: '20261124-001-keys',
  sql: `
    CREATE TABLE signing_key (
      tenant text NOT NULL,
      kid text NOT NULL,
      alg text NOT NULL CHECK (alg IN ('RS256', 'ES256')),
      state text NOT NULL CHECK (state IN ('next', 'active', 'retired')),
      kek_id text NOT NULL,
      sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      active_at timestamptz,
      retired_at timestamptz,
      published_until timestamptz,
      PRIMARY KEY (tenant, kid)
    );
    CREATE UNIQUE INDEX signing_key_one_active ON signing_key (tenant, alg) WHERE state = 'active';
    CREATE UNIQUE INDEX signing_key_one_next ON signing_key (tenant, alg) WHERE state = 'next';

    CREATE TABLE secret_key (
      tenant text NOT NULL,
      id text NOT NULL,
      purpose text NOT NULL CHECK (purpose IN ('seal', 'mac')),
      kek_id text NOT NULL,
      sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (tenant, id)
    );`,
};

import type { Migration } from '@latchkey/store';

/** One row a tenant: a new link replaces the one before. `first_administrator` is written once and ends all set-up for good. */
export const setup: Migration = {
  name: '20261124-003-setup',
  sql: `
    CREATE TABLE setup_link (
      tenant text PRIMARY KEY,
      token_hash bytea NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    );
    CREATE TABLE first_administrator (
      tenant text PRIMARY KEY,
      subject text NOT NULL,
      made_at timestamptz NOT NULL
    );
  `,
};

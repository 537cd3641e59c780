import type { Migration } from '@latchkey/store';

/**
 * `registry_counter` is the queue of writers: whoever changes the registry of a tenant holds its row to the commit, so
 * revisions become visible in their order and a reader of the feed never sees 8 before 7. A sequence could not promise that.
 */
export const registry: Migration = {
  name: '20261124-001-registry',
  sql: `
    CREATE TABLE registry_counter (
      tenant text PRIMARY KEY,
      revision bigint NOT NULL
    ) WITH (fillfactor = 70);

    CREATE TABLE registry (
      tenant text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('service', 'client', 'resource')),
      id text NOT NULL,
      revision bigint NOT NULL,
      entry jsonb NOT NULL,
      deleted boolean NOT NULL,
      origin text NOT NULL CHECK (origin IN ('file', 'rest', 'built-in')),
      updated_at timestamptz NOT NULL,
      PRIMARY KEY (tenant, kind, id)
    );
    CREATE UNIQUE INDEX registry_feed ON registry (tenant, revision);

    -- People whom the declarative file named; the people themselves belong to another room.
    CREATE TABLE declared_person (
      tenant text NOT NULL,
      subject text NOT NULL,
      PRIMARY KEY (tenant, subject)
    );
  `,
};

import type { Migration } from '@latchkey/store';

/** What a person agreed to have told to a service that asks first. `shown`: the lines that were on the page. */
export const releases: Migration = {
  name: '20261124-004-releases',
  sql: `
    CREATE TABLE release (
      tenant text NOT NULL,
      subject text NOT NULL,
      service text NOT NULL,
      attributes text[] NOT NULL,
      shown text[] NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant, subject, service)
    )`,
};

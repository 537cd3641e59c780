import type { Migration } from '@latchkey/store';

/**
 * One row a used ticket. The unique key is the judge of double use; a ticket begins with its period, by which the table is
 * partitioned (visits/visit-weeks.ts makes and drops the weeks). The ticket stands in clear: single logout names it, and a used
 * ticket opens nothing.
 */
export const visits: Migration = {
  name: '20261124-002-visits',
  sql: `
    CREATE TABLE visit (
      tenant text NOT NULL,
      ticket text COLLATE "C" NOT NULL,
      sid text NOT NULL,
      subject text NOT NULL,
      service text NOT NULL,
      service_url text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant, ticket)
    ) PARTITION BY RANGE (ticket);
    CREATE INDEX visit_of_session ON visit (tenant, sid);`,
};

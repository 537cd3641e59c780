import type { Migration } from '@latchkey/store';

/**
 * Rows and not hot copies: a proxy-granting ticket lives as long as the session and must not come back after it. Only the hash is
 * kept. `proxies`: callback addresses from this one back to the first.
 */
export const proxyGrantingTickets: Migration = {
  name: '20261124-003-proxy-granting-tickets',
  sql: `
    CREATE TABLE proxy_granting_ticket (
      tenant text NOT NULL,
      hash text NOT NULL,
      sid text NOT NULL,
      subject text NOT NULL,
      service text NOT NULL,
      proxies text[] NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant, hash)
    );
    CREATE INDEX proxy_granting_ticket_of_session ON proxy_granting_ticket (tenant, sid);
    CREATE INDEX proxy_granting_ticket_by_age ON proxy_granting_ticket (tenant, at);`,
};

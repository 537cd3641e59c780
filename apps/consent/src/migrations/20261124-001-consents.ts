import type { Migration } from '@latchkey/store';

/**
 * `decision` is what was said, with the words that were shown, and is never changed. `consent` is what holds now.
 * The partial index on `revoking` is on a column that changes, against the house rule: it is empty but while a withdrawal
 * waits for token-issuer.
 */
export const consents: Migration = {
  name: '20261124-001-consents',
  sql: `
    CREATE TABLE decision (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant text NOT NULL,
      subject text NOT NULL,
      client text NOT NULL,
      sid text NOT NULL,
      interaction text NOT NULL,
      decision text NOT NULL CHECK (decision IN ('granted', 'denied')),
      scopes text[] NOT NULL,
      shown jsonb NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX decision_of_interaction ON decision (tenant, interaction);
    CREATE INDEX decision_of_client ON decision (tenant, subject, client, id);

    CREATE TABLE consent (
      tenant text NOT NULL,
      subject text NOT NULL,
      client text NOT NULL,
      active boolean NOT NULL DEFAULT true,
      scopes text[] NOT NULL,
      granted_at timestamptz NOT NULL DEFAULT now(),
      withdrawn_at timestamptz,
      revoking boolean NOT NULL DEFAULT false,
      revision integer NOT NULL DEFAULT 1,
      PRIMARY KEY (tenant, subject, client),
      CHECK (NOT (active AND revoking))
    ) WITH (fillfactor = 70);
    CREATE INDEX consent_revoking ON consent (tenant, subject, client) WHERE revoking;
    COMMENT ON COLUMN consent.revoking IS 'Withdrawn, and token-issuer has not yet confirmed that the grants are revoked.';`,
};

import type { Migration } from '@latchkey/store';

/**
 * What changes while a session lives (secret, seen_at, idle_until, answered, revision) is in no index, so that these updates
 * stay HOT. `ended_at` stands only in the predicate of `session_living`: that costs the one update that ends a session its
 * HOT-ness, and in return the sweep and the list of living sessions walk the living rows alone and never the history.
 * An index on idle_until would serve the sweep better and make every touch a write to all indexes: refused.
 */
export const sessions: Migration = {
  name: '20261124-001-sessions',
  sql: `
    CREATE TABLE subject (
      tenant text NOT NULL,
      subject text NOT NULL,
      not_before timestamptz NOT NULL DEFAULT '-infinity',
      PRIMARY KEY (tenant, subject)
    ) WITH (fillfactor = 70);

    CREATE TABLE session (
      tenant text NOT NULL,
      sid text NOT NULL,
      secret_hash text NOT NULL,
      subject text NOT NULL,
      username text NOT NULL,
      auth_time timestamptz NOT NULL,
      amr text[] NOT NULL,
      acr text NOT NULL,
      device jsonb NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      seen_at timestamptz NOT NULL DEFAULT now(),
      idle_until timestamptz NOT NULL,
      absolute_until timestamptz NOT NULL,
      ended_at timestamptz,
      end_reason text,
      revision integer NOT NULL DEFAULT 1,
      answered jsonb NOT NULL DEFAULT '[]',
      PRIMARY KEY (tenant, sid),
      CHECK ((ended_at IS NULL) = (end_reason IS NULL))
    ) WITH (fillfactor = 70);
    CREATE INDEX session_of_subject ON session (tenant, subject, started_at);
    CREATE INDEX session_living ON session (tenant, started_at) WHERE ended_at IS NULL;
    CREATE INDEX session_by_start ON session (tenant, started_at);

    CREATE TABLE copy_drop (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant text NOT NULL,
      sid text NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE copy_drop IS 'Hot copies that a committed change made stale; a row goes when the copy was deleted after that commit.';`,
};

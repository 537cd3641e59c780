import type { Migration } from '@latchkey/store';

/**
 * A deleted person stays as a row without a name or attributes: the subject is never given again, and what is still being
 * told to applications needs the username. `ending` is a debt: sessions and grants that the last change of this row must
 * end; it is paid before the change is answered, or by a job when the process died in between.
 */
export const people: Migration = {
  name: '20261124-001-people',
  sql: `
    CREATE TABLE person (
      tenant text NOT NULL,
      subject text NOT NULL,
      username text NOT NULL,
      canonical text COLLATE "C" NOT NULL,
      name text NOT NULL,
      attributes jsonb NOT NULL DEFAULT '{}',
      groups text[] NOT NULL DEFAULT '{}',
      enabled boolean NOT NULL DEFAULT true,
      revision integer NOT NULL DEFAULT 1,
      ending text,
      ending_except text,
      ending_number integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz,
      PRIMARY KEY (tenant, subject)
    ) WITH (fillfactor = 70);
    CREATE UNIQUE INDEX person_canonical ON person (tenant, canonical) WHERE deleted_at IS NULL;
    CREATE INDEX person_ending ON person (tenant) WHERE ending IS NOT NULL;

    CREATE TABLE credential (
      tenant text NOT NULL,
      subject text NOT NULL,
      password_hash text NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      failures integer NOT NULL DEFAULT 0,
      next_try_at timestamptz NOT NULL DEFAULT '-infinity',
      PRIMARY KEY (tenant, subject)
    ) WITH (fillfactor = 70);
    CREATE TABLE nobody (bucket integer PRIMARY KEY, attempts bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
    INSERT INTO nobody (bucket) SELECT generate_series(0, 63);
    COMMENT ON TABLE nobody IS 'Written when an attempt counts for no account, so that such a one takes as long as any other.';
    COMMENT ON COLUMN credential.failures IS 'Attempts since the last success, counted before the password is looked at.';`,
};

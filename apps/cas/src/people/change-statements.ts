import type { Statement } from '@latchkey/store';
import { PERSON_COLUMNS, type PersonRow } from './person-row.ts';

export interface StoredPerson extends PersonRow {
  readonly password_hash: string | null;
}

export const FOR_CHANGE: Statement = {
  name: 'person_for_change',
  text: `SELECT ${PERSON_COLUMNS}, c.password_hash FROM person p
    LEFT JOIN credential c ON c.tenant = p.tenant AND c.subject = p.subject
    WHERE p.tenant = $1 AND p.canonical = $2 AND p.deleted_at IS NULL`,
};

export const INSERT: Statement = {
  name: 'person_insert',
  text: `INSERT INTO person AS p (tenant, subject, username, canonical, name, attributes, groups, enabled)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8) RETURNING ${PERSON_COLUMNS}`,
};

export const UPDATE: Statement = {
  name: 'person_update',
  text: `UPDATE person p SET username = $3, canonical = $4, name = $5, attributes = $6::jsonb, groups = $7, enabled = $8,
      revision = revision + 1, updated_at = now()
    WHERE p.tenant = $1 AND p.subject = $2 AND p.revision = $9 AND p.deleted_at IS NULL RETURNING ${PERSON_COLUMNS}`,
};

/** A row also when nothing changes: the caller ends sessions either way, so a repeated call repeats that too. */
export const SET_ENABLED: Statement = {
  name: 'person_set_enabled',
  text: `UPDATE person p SET enabled = $3,
      revision = p.revision + (old.enabled <> $3)::int, updated_at = CASE WHEN old.enabled <> $3 THEN now() ELSE p.updated_at END
    FROM (SELECT enabled FROM person WHERE tenant = $1 AND subject = $2 FOR UPDATE) old
    WHERE p.tenant = $1 AND p.subject = $2 AND p.deleted_at IS NULL
    RETURNING ${PERSON_COLUMNS}, old.enabled <> $3 AS changed`,
};

/** A new password begins with no failures: whoever sets one has proven who they are in another way. */
export const SET_PASSWORD: Statement = {
  name: 'credential_set_password',
  text: `WITH p AS (
      UPDATE person SET revision = revision + 1, updated_at = now()
        WHERE tenant = $1 AND subject = $2 AND deleted_at IS NULL RETURNING *),
    c AS (
      INSERT INTO credential (tenant, subject, password_hash) SELECT tenant, subject, $3 FROM p
      ON CONFLICT (tenant, subject) DO UPDATE SET password_hash = excluded.password_hash, changed_at = now(), failures = 0,
        next_try_at = '-infinity')
    SELECT ${PERSON_COLUMNS} FROM p`,
};

export const DELETE: Statement = {
  name: 'person_delete',
  text: `UPDATE person p SET deleted_at = coalesce(p.deleted_at, now()), enabled = false, name = '', attributes = '{}', groups = '{}',
      revision = p.revision + (old.deleted_at IS NULL)::int, updated_at = now()
    FROM (SELECT deleted_at FROM person WHERE tenant = $1 AND subject = $2 FOR UPDATE) old
    WHERE p.tenant = $1 AND p.subject = $2
    RETURNING ${PERSON_COLUMNS}, old.deleted_at IS NULL AS changed`,
};

export const DROP_CREDENTIAL: Statement = {
  name: 'credential_drop',
  text: 'DELETE FROM credential WHERE tenant = $1 AND subject = $2',
};

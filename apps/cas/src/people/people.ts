import type { Person } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';
import { canonicalName } from './canonical.ts';
import { PERSON_COLUMNS, shownPerson, type PersonRow } from './person-row.ts';

const BY_SUBJECT: Statement = {
  name: 'person_by_subject',
  text: `SELECT ${PERSON_COLUMNS} FROM person p WHERE p.tenant = $1 AND p.subject = $2 AND p.deleted_at IS NULL`,
};
const BY_USERNAME: Statement = {
  name: 'person_by_username',
  text: `SELECT ${PERSON_COLUMNS} FROM person p WHERE p.tenant = $1 AND p.canonical = $2 AND p.deleted_at IS NULL`,
};
const LIST: Statement = {
  name: 'person_list',
  text: `SELECT ${PERSON_COLUMNS} FROM person p
    WHERE p.tenant = $1 AND p.deleted_at IS NULL AND p.canonical > $2
      AND ($3::text IS NULL OR p.canonical LIKE $3 OR lower(p.name) LIKE $3)
    ORDER BY p.canonical LIMIT $4`,
};

/** Reads people. Whatever changes one is in `people-changes.ts`. */
export class People {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
  ) {}

  async bySubject(subject: string): Promise<Person | null> {
    return this.one(BY_SUBJECT, subject);
  }

  async byUsername(username: string): Promise<Person | null> {
    return this.one(BY_USERNAME, canonicalName(username));
  }

  async list(request: { search: string | null; limit: number; after: string | null }): Promise<Person[]> {
    const pattern = request.search === null ? null : `%${canonicalName(request.search).replace(/[\\%_]/g, '\\$&')}%`;
    const after = request.after === null ? '' : canonicalName(request.after);
    const { rows } = await this.database.query<PersonRow>(LIST, [this.tenant, after, pattern, request.limit]);
    return rows.map(shownPerson);
  }

  private async one(statement: Statement, value: string): Promise<Person | null> {
    const { rows } = await this.database.query<PersonRow>(statement, [this.tenant, value]);
    return rows[0] === undefined ? null : shownPerson(rows[0]);
  }
}

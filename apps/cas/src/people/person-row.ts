import type { Person, PersonAttributes } from '@latchkey/contracts';

export const PERSON_COLUMNS = 'p.subject, p.username, p.name, p.attributes, p.groups, p.enabled, p.revision, p.created_at, p.updated_at';

export interface PersonRow {
  readonly subject: string;
  readonly username: string;
  readonly name: string;
  readonly attributes: PersonAttributes;
  readonly groups: string[];
  readonly enabled: boolean;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function shownPerson(row: PersonRow): Person {
  const { subject, username, name, attributes, groups, enabled } = row;
  return {
    subject,
    username,
    name,
    attributes,
    groups,
    enabled,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

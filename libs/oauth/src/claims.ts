import { STANDARD_SCOPES } from './scope.ts';

export interface KnownPerson {
  readonly subject: string;
  readonly username: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly groups: readonly string[];
}

const BOOLEANS: ReadonlySet<string> = new Set(['email_verified', 'phone_number_verified']);
const ADDRESS = ['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country'] as const;

/** Claims that the granted scopes open; what is not known of the person is left out. @see OpenID Connect Core 1.0 §5.1, §5.3.2, §5.4 */
export function claimsFor(scopes: readonly string[], person: KnownPerson): Record<string, unknown> {
  const claims: Record<string, unknown> = { sub: person.subject };
  for (const name of scopes.flatMap((scope) => STANDARD_SCOPES[scope] ?? [])) {
    const value = claimOf(name, person);
    if (value !== undefined) claims[name] = value;
  }
  return claims;
}

function claimOf(name: string, person: KnownPerson): unknown {
  switch (name) {
    case 'sub':
      return person.subject;
    case 'name':
      return person.name;
    case 'preferred_username':
      return person.username;
    case 'groups':
      return person.groups;
    case 'address':
      return addressOf(person);
    case 'updated_at':
      return numberOf(first(person, name));
    default: {
      const value = first(person, name);
      return BOOLEANS.has(name) && value !== undefined ? value === 'true' : value;
    }
  }
}

function addressOf(person: KnownPerson): Record<string, string> | undefined {
  const formatted = first(person, 'address');
  const address: Record<string, string> = formatted === undefined ? {} : { formatted };
  for (const part of ADDRESS) {
    const value = first(person, part);
    if (value !== undefined) address[part] = value;
  }
  return Object.keys(address).length === 0 ? undefined : address;
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}

function first(person: KnownPerson, name: string): string | undefined {
  return person.attributes[name]?.[0];
}

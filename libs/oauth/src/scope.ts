import { OAuthError } from './errors.ts';

const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** What each standard scope asks for. @see OpenID Connect Core 1.0 §5.4, §11 */
export const STANDARD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  openid: ['sub'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  groups: ['groups'],
  offline_access: [],
};

/** Space-delimited, order without meaning, doubles dropped. @see RFC 6749 §3.3 */
export function parseScope(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const names = value.split(' ').filter((name) => name !== '');
  if (!names.every((name) => SCOPE_TOKEN.test(name))) throw new OAuthError('invalid_scope', 'scope holds a character that no scope may have');
  return [...new Set(names)];
}

export function isSubset(some: readonly string[], of: readonly string[]): boolean {
  return some.every((name) => of.includes(name));
}

export interface ScopeRules {
  /** What this client may ask for. */
  readonly allowed: readonly string[];
  /** Every scope that anything here understands. */
  readonly known: (scope: string) => boolean;
}

/**
 * What is asked, as far as we understand it. What nobody here understands is ignored (OpenID Connect Core 1.0 §3.1.2.1);
 * what exists but is not for this client is refused (RFC 6749 §4.1.2.1 invalid_scope).
 */
export function requestedScopes(value: string | undefined, rules: ScopeRules): readonly string[] {
  const understood = parseScope(value).filter((scope) => rules.known(scope) || rules.allowed.includes(scope));
  if (!isSubset(understood, rules.allowed)) throw new OAuthError('invalid_scope', 'This client may not ask for one of these scopes');
  if (understood.length === 0) throw new OAuthError('invalid_scope', 'scope names nothing that is offered here');
  return understood;
}

/** @see RFC 6749 §6: "MUST NOT include any scope not originally granted" */
export function narrowedScopes(value: string | undefined, granted: readonly string[]): readonly string[] {
  const asked = parseScope(value);
  if (asked.length === 0) return granted;
  if (!isSubset(asked, granted)) throw new OAuthError('invalid_scope', 'scope goes beyond what was granted');
  return asked;
}

import { OAuthError } from './errors.ts';

/** Request parameters, each present once; only what RFC 8707 §2 lets repeat may repeat. */
export interface OAuthParameters {
  readonly one: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
  readonly entries: () => readonly (readonly [string, string])[];
}

const REPEATABLE: ReadonlySet<string> = new Set(['resource']);

/**
 * Names that stand more than once, without those that may.
 * @see RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
 */
export function repeatedParameters(given: Iterable<readonly [string, string]>): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [name] of given) {
    if (seen.has(name) && !REPEATABLE.has(name)) repeated.add(name);
    seen.add(name);
  }
  return [...repeated];
}

/**
 * Reads parameters once. A repeated one is refused even when the values are equal or empty: two parsers may differ on which counts.
 * @see RFC 6749 §3.1: "Parameters sent without a value MUST be treated as if they were omitted from the request."
 */
export function readParameters(given: Iterable<readonly [string, string]>): OAuthParameters {
  const pairs = [...given];
  if (repeatedParameters(pairs).length > 0) throw new OAuthError('invalid_request', 'A parameter is included more than once');
  const present = pairs.filter(([, value]) => value !== '');
  const values = new Map<string, string[]>();
  for (const [name, value] of present) values.set(name, [...(values.get(name) ?? []), value]);
  return {
    one: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    entries: () => present,
  };
}

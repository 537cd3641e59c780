import { createHash } from 'node:crypto';
import type { RE2Set } from 're2js';
import { compilePatterns } from './service-expression.ts';

/** What of a person a service is told: an attribute by its name, or with what happens to it on the way. */
export type ReleaseRule =
  | string
  | {
      readonly name: string;
      readonly from?: string | undefined;
      readonly values?: readonly string[] | undefined;
      readonly only?: string | undefined;
    };

/**
 * A name for what a rule tells: the attribute's own where it goes as it is. Whoever agreed to a rule has not agreed to another one
 * that tells something else under the same name.
 */
export function toldBy(rule: ReleaseRule): string {
  const { name, from = name, values, only } = typeof rule === 'string' ? { name: rule } : rule;
  if (from === name && values === undefined && only === undefined) return name;
  return `${name}\n${createHash('sha256').update(JSON.stringify([name, from, values, only])).digest('base64url')}`;
}

/** Allows, renames, gives constants and filters values. A rule that leaves no value releases nothing. */
export function release(rules: readonly ReleaseRule[], attributes: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  return new Map(
    rules.flatMap((rule) => {
      const { name, from = name, values, only } = typeof rule === 'string' ? { name: rule } : rule;
      const given = values ?? attributes.get(from)?.filter((value) => only === undefined || filter(only).match(value).length > 0);
      return given === undefined || (only !== undefined && given.length === 0) ? [] : [[name, given] as const];
    }),
  );
}

/** Why this cannot filter values; null: it can. */
export function attributePatternFault(only: string): string | null {
  try {
    compilePatterns([only]);
    return null;
  } catch (error) {
    return `is no regular expression of RE2: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`;
  }
}

const MOST_FILTERS = 1_000;
const filters = new Map<string, RE2Set>();

function filter(only: string): RE2Set {
  let known = filters.get(only);
  if (known === undefined) {
    if (filters.size >= MOST_FILTERS) filters.clear();
    filters.set(only, (known = compilePatterns([only])));
  }
  return known;
}

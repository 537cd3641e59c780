import { RE2Set } from 're2js';
import { compilePatterns, ServiceExpression } from './service-expression.ts';
import { asRead, serviceUrlFault } from './service-url.ts';

/**
 * How a registered URL is read. `exact`: byte by byte. `path-prefix`: itself, or a path below it. `wildcard-host`: as path-prefix, and
 * the first label of its host is `*`, which stands for one label. `regex`: scheme, host and port stand literally, what follows is a
 * regular expression (RE2 syntax) for the whole rest, query included.
 */
export const MATCHES = ['exact', 'path-prefix', 'wildcard-host', 'regex'] as const;
export type Match = (typeof MATCHES)[number];

/** A registered URL, taken apart so that candidates are found by looking up, not by trying. */
export interface ServicePattern {
  readonly match: Match;
  /** Scheme, host and port; of a wildcard host without its first label: `https://*` and `.example.org:8443`. */
  readonly origin: string;
  /** What the rest of a URL begins with, if it matches. */
  readonly literal: string;
  /** For the whole rest after the origin; null where comparing bytes is enough. */
  readonly expression: ServiceExpression | null;
  /** The literal as applications read it. null: whoever wrote the expression wrote how the address is encoded. */
  readonly read: string | null;
}

/** States that a regular expression may need: each costs some 20 µs, once. A literal needs one for each character. */
const MOST_STATES = 600;
const MOST_SOURCE = 500;

/** Why this URL cannot be registered for this way of matching, in words for its administrator; null: it can. */
export function servicePatternFault(url: string, match: Match): string | null {
  switch (match) {
    case 'exact':
    case 'path-prefix':
      return serviceUrlFault(url);
    case 'wildcard-host':
      return wildcardFault(url);
    case 'regex':
      return regexFault(url);
  }
}

/** @returns null for a URL that cannot be registered so: what cannot be read matches nothing. */
export function parseServicePattern(url: string, match: Match): ServicePattern | null {
  const parts = ORIGIN.exec(url);
  if (parts === null) return null;
  const [, origin, rest] = parts as unknown as [string, string, string];
  if (match !== 'regex') return { match, origin, literal: rest, expression: null, read: asRead(rest) };
  const expression = new ServiceExpression(rest);
  const literal = expression.literals[0] ?? '';
  return { match, origin, literal, expression, read: rest.includes('%') ? null : literal };
}

const ORIGIN = /^(https?:\/\/[^/?]+)(.*)$/s;

function wildcardFault(url: string): string | null {
  const host = /^https?:\/\/\*\.([^/?:]+)/.exec(url)?.[1];
  if (host === undefined) return 'does not begin its host with *. as wildcard-host wants it';
  if (url.indexOf('*', url.indexOf('*') + 1) !== -1) return 'holds a second *';
  if (!host.includes('.') || !/[a-z]$/.test(host)) return 'leaves less than two labels to be matched literally';
  return serviceUrlFault(url.replace('*', 'any'));
}

function regexFault(url: string): string | null {
  const parts = ORIGIN.exec(url);
  if (parts === null) return 'is not scheme, host and a regular expression';
  const [, origin, source] = parts as unknown as [string, string, string];
  const fault = serviceUrlFault(`${origin}/`);
  if (fault !== null) return `stands before its regular expression for what ${fault}: scheme, host and port are literal`;
  if (!source.startsWith('/')) return 'does not begin its regular expression with a slash';
  if (source.length > MOST_SOURCE) return `has a regular expression longer than ${MOST_SOURCE} characters`;
  try {
    return isCheap(source) ? null : 'is too costly to match: give it fewer repetitions that overlap';
  } catch (error) {
    return `is no regular expression of RE2: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`;
  }
}

/**
 * RE2 is linear in its input, with a factor that is the size of the states it has to make. They are counted by walking through all of
 * them: an expression that has too many would make them for an attacker, one for each character of an address.
 */
function isCheap(source: string): boolean {
  const { dfa, runes } = walkable(source);
  const seen = new Set<unknown>(dfa.startStates.values());
  for (const state of seen) {
    for (const rune of runes) {
      const next: unknown = dfa.step(state, dfa.runeClass(rune), rune, RE2Set.ANCHOR_BOTH);
      if (next === null || seen.size > MOST_STATES) return false;
      seen.add(next);
    }
  }
  return true;
}

/** An automaton with its start, and one character for each class of those that it tells apart. */
function walkable(source: string): { readonly dfa: RE2Set['dfa']; readonly runes: readonly number[] } {
  const set = compilePatterns([source]);
  set.match('');
  const runes = new Map<number, number>();
  for (let rune = 0x21; rune <= 0x7e; rune += 1) runes.set(set.dfa.runeClass(rune), rune);
  return { dfa: set.dfa, runes: [...runes.values()] };
}

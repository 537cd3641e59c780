import { RE2Set } from 're2js';
import { MAX_SERVICE_URL, serviceUrlFault } from './service-url.ts';

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
  /** RE2 source for the whole rest after the origin; null where comparing bytes is enough. */
  readonly source: string | null;
}

/** States a regular expression may come to need while it is probed: each costs some 20 µs once. */
const MOST_STATES = 100;
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
  if (match === 'regex') {
    const parts = ORIGIN.exec(url);
    if (parts === null) return null;
    const [, origin, source] = parts as unknown as [string, string, string];
    return { match, origin, source, literal: literalPrefix(source) };
  }
  const parts = ORIGIN.exec(url);
  if (parts === null) return null;
  const [, origin, literal] = parts as unknown as [string, string, string];
  return { match, origin, literal, source: null };
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

export function compilePatterns(sources: readonly string[]): RE2Set {
  const set = new RE2Set(RE2Set.ANCHOR_BOTH, 0);
  for (const source of sources) set.add(source);
  set.compile();
  return set;
}

/**
 * RE2 is linear in its input, with a factor that is the size of the states it has to make. An expression is probed with texts of its
 * own characters, the same ones each time; one that goes on making states would make them for an attacker too.
 */
function isCheap(source: string): boolean {
  const set = compilePatterns([source]);
  const alphabet = [...new Set(`${source.replace(/\\./g, '').replace(/[^A-Za-z0-9/._~=&-]/g, '')}ab/1`)];
  let seed = 1;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  for (let probe = 0; probe < 12; probe += 1) {
    const few = alphabet.filter(() => next() % 3 !== 0);
    const letters = few.length === 0 ? alphabet : few;
    set.match(literalPrefix(source) + Array.from({ length: 400 }, () => letters[next() % letters.length]).join(''));
    if (set.dfa.stateCount > MOST_STATES) return false;
  }
  return true;
}

/** The characters that every match begins with: up to the first that means something, or is repeated. */
export function literalPrefix(source: string): string {
  let literal = '';
  for (let at = 0; at < source.length && literal.length < MAX_SERVICE_URL; ) {
    const escaped = source[at] === '\\';
    const character = source[at + (escaped ? 1 : 0)];
    if (character === undefined || (escaped ? /[A-Za-z0-9]/.test(character) : /[()[\]{}|*+?.^$]/.test(character))) break;
    at += escaped ? 2 : 1;
    if (/[*+?{]/.test(source[at] ?? '')) break;
    literal += character;
  }
  return hasTopLevelChoice(source) ? '' : literal;
}

/** `a|b` outside of parentheses: nothing is common then. Classes and escapes may hide one; taking it for one is only slower. */
function hasTopLevelChoice(source: string): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '(') depth += 1;
    else if (source[at] === ')') depth -= 1;
    else if (source[at] === '|' && depth <= 0) return true;
  }
  return false;
}

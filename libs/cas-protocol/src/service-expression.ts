import { RE2Set } from 're2js';

/** Compiled when it is first tried: of many registered expressions few are. */
export class ServiceExpression {
  /** Texts that every match holds, one after the other; the first is what it begins with, maybe empty. */
  readonly literals: readonly string[];
  private compiled: RE2Set | undefined;
  private found: readonly string[] | undefined;

  constructor(private readonly source: string) {
    this.literals = literalsOf(source);
  }

  /** Pieces of one length that every match holds; none where its literals are too short. */
  get pieces(): readonly string[] {
    return (this.found ??= piecesOf(this.literals));
  }

  matches(rest: string): boolean {
    this.compiled ??= compilePatterns([this.source]);
    return this.compiled.match(rest).length > 0;
  }
}

export function compilePatterns(sources: readonly string[]): RE2Set {
  const set = new RE2Set(RE2Set.ANCHOR_BOTH, 0);
  for (const source of sources) set.add(source);
  set.compile();
  return set;
}

/** Lengths of the pieces by which expressions are found: longer ones tell more apart, shorter ones are in more of them. */
export const PIECES = [6, 3] as const;

function piecesOf(literals: readonly string[]): readonly string[] {
  const length = PIECES.find((one) => literals.some((literal) => literal.length >= one));
  if (length === undefined) return [];
  return [...new Set(literals.flatMap((literal) => Array.from({ length: Math.max(0, literal.length - length + 1) }, (_, at) => literal.slice(at, at + length))))];
}

/** The characters that every match begins with: up to the first that means something, or is repeated. */
export function literalPrefix(source: string): string {
  return literalsOf(source)[0] ?? '';
}

/** The runs of literal characters outside of parentheses and brackets; none where there is a choice between wholes, or a flag. */
export function literalsOf(source: string): readonly string[] {
  const runs = [''];
  for (let at = 0; at < source.length; ) {
    const [end, literal] = elementAt(source, at);
    if (end === null) return [''];
    const repeated = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
    repeated.lastIndex = end;
    at = repeated.test(source) ? repeated.lastIndex : end;
    if (literal !== null && at === end) runs[runs.length - 1] += literal;
    else if (runs.at(-1) !== '' || runs.length === 1) runs.push('');
  }
  return runs.filter((run, index) => index === 0 || run !== '');
}

/** Where the element that begins here ends, and the character that it is; no end where a reader of literals had better stop. */
function elementAt(source: string, at: number): readonly [end: number | null, literal: string | null] {
  const char = source[at]!;
  if (char === '\\') {
    const escaped = source[at + 1];
    if (escaped === undefined || /[A-Za-z0-9]/.test(escaped)) return [escaped !== undefined && /[dDwWsSbBAz]/.test(escaped) ? at + 2 : null, null];
    return [at + 2, escaped];
  }
  if (char === '[') return [endOfClass(source, at), null];
  if (char === '(') return [endOfGroup(source, at), null];
  if (char === '|' || char === ')') return [null, null];
  return [at + 1, /[.^$*+?]/.test(char) ? null : char];
}

/** A flag changes what stands after it, `(?i)` what is literal. */
function endOfGroup(source: string, from: number): number | null {
  if (source[from + 1] === '?' && !/^\?(?::|P?<)/.test(source.slice(from + 1, from + 4))) return null;
  for (let at = from + 1; at < source.length; ) {
    if (source[at] === ')') return at + 1;
    const [end] = source[at] === '|' ? [at + 1] : elementAt(source, at);
    if (end === null) return null;
    at = end;
  }
  return null;
}

function endOfClass(source: string, from: number): number | null {
  const found = /\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]/ys;
  found.lastIndex = from;
  return found.test(source) ? found.lastIndex : null;
}

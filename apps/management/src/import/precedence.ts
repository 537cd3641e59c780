import { ANYTHING, NotCarriedOver, found, readJavaRegex, unanchored, type Branch, type Node } from './java-regex.ts';
import { overlaps, patternOf, type Pattern } from './overlap.ts';
import type { Definition } from './read-definitions.ts';
import type { Outcome } from './report.ts';
import type { WrittenService } from './written-service.ts';

/** Two definitions that match an address together, which was the first one's. */
export interface Overlap {
  readonly first: Definition;
  readonly second: Definition;
  /** The service that the first one became matches such an address too. */
  readonly shared: boolean;
}

const MOST_DEFINITIONS = 1_000;

/** As CAS asks them. @see https://apereo.github.io/cas/development/services/Service-Management.html */
export function inOrder(definitions: readonly Definition[]): readonly Definition[] {
  return [...definitions].sort((a, b) => orderOf(a) - orderOf(b) || before(a.name.toLowerCase(), b.name.toLowerCase()) || before(serviceIdOf(a), serviceIdOf(b)));
}

export function orderOf({ values }: Definition): number {
  const order = Number(values.get('evaluationOrder') ?? 0);
  return Number.isNaN(order) ? 0 : order;
}

/** @returns null for more definitions than can be compared one with another; a pattern that cannot be read is compared with none */
export function overlapsOf(outcomes: readonly Outcome[]): readonly Overlap[] | null {
  if (outcomes.length > MOST_DEFINITIONS) return null;
  const known = new Map(outcomes.map(({ definition, converted }) => [definition, { definition, theirs: theirPattern(definition), ours: converted === null ? null : ourPattern(converted.services) }]));
  const ordered = inOrder(outcomes.map(({ definition }) => definition)).map((definition) => known.get(definition)!);
  const pairs: Overlap[] = [];
  for (const [place, first] of ordered.entries()) {
    for (const second of ordered.slice(place + 1)) {
      if (first.theirs === null || second.ours === null || !overlaps(first.theirs, second.ours)) continue;
      pairs.push({ first: first.definition, second: second.definition, shared: first.ours !== null && overlaps(first.ours, second.ours) });
    }
  }
  return pairs;
}

function theirPattern(definition: Definition): Pattern | null {
  const strategy = definition.values.get('matchingStrategy');
  const kind = strategy instanceof Map ? String((strategy as ReadonlyMap<string, unknown>).get('@class')) : '';
  if (kind.endsWith('LiteralRegisteredServiceMatchingStrategy')) return patternOf([literally(serviceIdOf(definition))]);
  try {
    const branches = readJavaRegex(serviceIdOf(definition));
    return patternOf(unanchored(kind.endsWith('PartialRegexRegisteredServiceMatchingStrategy') ? found(branches, true) : branches).map(asMeant));
  } catch (error) {
    if (error instanceof NotCarriedOver) return null;
    throw error;
  }
}

/**
 * A pattern as it was meant: what is open in a host stays in the host. To the letter `https://.*\.example\.org/.*` matches
 * `https://app.example.com/.example.org/` too, and would stand before everything.
 */
function asMeant(branch: Branch): Branch {
  const last = branch.at(-1);
  // What is open at the end is open to everything: `https://app\.example\.org.*` has its paths by it.
  const open = last?.kind === 'repeat' && last.node.kind === 'any';
  return open ? [...withinHost(branch.slice(0, -1), 0).nodes, last] : withinHost(branch, 0).nodes;
}

/** Slashes before a host; with one more it is over. */
const HOST = 2;

function withinHost(branch: Branch, before: number): { readonly nodes: Branch; readonly slashes: number } {
  let slashes = before;
  const nodes = branch.map((node): Node => {
    if (slashes > HOST) return node;
    if (node.kind === 'char' && node.char === '/') slashes += 1;
    if (node.kind === 'any') return { kind: 'set', negated: true, chars: new Set('/?') };
    if (node.kind === 'set' && node.negated) return { ...node, chars: new Set([...node.chars, '/', '?']) };
    if (node.kind === 'choice') {
      const branches = node.branches.map((inner) => withinHost(inner, slashes));
      slashes = Math.min(...branches.map((inner) => inner.slashes));
      return { ...node, branches: branches.map((inner) => inner.nodes) };
    }
    if (node.kind !== 'repeat') return node;
    const inner = withinHost([node.node], slashes);
    if (node.least > 0) slashes = inner.slashes;
    return { ...node, node: inner.nodes[0]! };
  });
  return { nodes, slashes };
}

function ourPattern(services: readonly WrittenService[]): Pattern | null {
  return patternOf(services.flatMap(({ urls, match = 'exact' }) => urls.map((url) => ours(url, match))));
}

function ours(url: string, match: NonNullable<WrittenService['match']>): Branch {
  if (match === 'exact') return literally(url);
  if (match === 'path-prefix') return below(url);
  const [, origin, rest] = /^(https?:\/\/[^/]+)(.*)$/s.exec(url) as unknown as [string, string, string];
  if (match === 'regex') return [...literally(origin), { kind: 'choice', branches: readJavaRegex(rest) }];
  const [scheme, domain] = url.split('*') as [string, string];
  return [...literally(scheme), { kind: 'repeat', node: { kind: 'set', negated: true, chars: new Set('./:?') }, least: 1, most: Infinity }, ...below(domain)];
}

function below(url: string): Branch {
  if (url.endsWith('/')) return [...literally(url), ANYTHING];
  const more: Branch = [{ kind: 'set', negated: false, chars: new Set('/?') }, ANYTHING];
  return [...literally(url), { kind: 'repeat', node: { kind: 'choice', branches: [more] }, least: 0, most: 1 }];
}

function literally(text: string): Branch {
  return [...text].map((char): Node => ({ kind: 'char', char, loose: false }));
}

function serviceIdOf({ values }: Definition): string {
  return String(values.get('serviceId'));
}

function before(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

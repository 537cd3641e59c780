import { parseServicePattern, ServiceExpression, type Match, type ServicePattern } from './service-pattern.ts';
import { parseServiceUrl, type ServiceUrl } from './service-url.ts';

/** What matching needs to know of a registered service. */
export interface RegisteredUrls {
  readonly id: string;
  readonly urls: readonly string[];
  readonly match: Match;
  /** Lower goes first; 0 where nothing is said. */
  readonly order?: number | undefined;
}

export interface ServiceMatch<Service> {
  readonly service: Service;
  readonly url: ServiceUrl;
}

/** Finds the registered service of a service URL. Built once a registry revision; a lookup tries few of many. */
export interface ServiceMatcher<Service> {
  find(raw: string): ServiceMatch<Service> | null;
}

interface Candidate<Service> {
  readonly pattern: ServicePattern;
  readonly service: Service;
}

/** Of several that match the least `order` wins; then the more exact kind, the longer literal text, and the id. */
export function serviceMatcher<Service extends RegisteredUrls>(services: Iterable<Service>): ServiceMatcher<Service> {
  const exact = new Map<string, Candidate<Service>>();
  const origins = new Map<string, Origin<Service>>();
  for (const service of services) {
    for (const pattern of patternsOf(service)) {
      const candidate = { pattern, service };
      const { origin, literal } = pattern;
      if (pattern.match === 'exact') {
        const url = origin + literal;
        exact.set(url, earlier(exact.get(url), candidate));
        continue;
      }
      let known = origins.get(origin);
      if (known === undefined) origins.set(origin, (known = new Origin()));
      known.add(candidate);
    }
  }
  return {
    find(raw) {
      const url = parseServiceUrl(raw);
      if (url === null) return null;
      const [, scheme, host, rest] = /^(https?:\/\/)([^/?]+)(.*)$/.exec(url) as unknown as [string, string, string, string];
      const firstDot = host.indexOf('.');
      let found = exact.get(url);
      found = sooner(found, origins.get(scheme + host)?.best(rest));
      // A host that begins with its dot has no label for the * to stand for.
      if (firstDot > 0) found = sooner(found, origins.get(`${scheme}*${host.slice(firstDot)}`)?.best(rest));
      return found === undefined ? null : { service: found.service, url };
    },
  };
}

const KINDS: readonly Match[] = ['exact', 'path-prefix', 'wildcard-host', 'regex'];

function compare(a: Candidate<RegisteredUrls>, b: Candidate<RegisteredUrls>): number {
  return (
    (a.service.order ?? 0) - (b.service.order ?? 0) ||
    KINDS.indexOf(a.pattern.match) - KINDS.indexOf(b.pattern.match) ||
    b.pattern.literal.length - a.pattern.literal.length ||
    (a.service.id === b.service.id ? 0 : a.service.id < b.service.id ? -1 : 1)
  );
}

function earlier<Service extends RegisteredUrls>(known: Candidate<Service> | undefined, other: Candidate<Service>): Candidate<Service> {
  return known === undefined || compare(other, known) < 0 ? other : known;
}

function sooner<Service extends RegisteredUrls>(known: Candidate<Service> | undefined, other: Candidate<Service> | undefined): Candidate<Service> | undefined {
  return other === undefined ? known : earlier(known, other);
}

/**
 * Entries are replaced, never changed: what was read and compiled of one serves every matcher that holds it. So a change of one
 * service among ten thousand costs no more than looking at the others.
 */
const read = new WeakMap<RegisteredUrls, readonly ServicePattern[]>();

function patternsOf(service: RegisteredUrls): readonly ServicePattern[] {
  let patterns = read.get(service);
  if (patterns === undefined) {
    patterns = service.urls.flatMap((url) => parseServicePattern(url, service.match) ?? []);
    read.set(service, patterns);
  }
  return patterns;
}

/** The candidates of one scheme, host and port, by the text that a match of theirs begins with. */
class Origin<Service extends RegisteredUrls> {
  private readonly byLiteral = new Map<string, Bucket<Service>>();
  private readonly lengths = new Set<number>();

  add(candidate: Candidate<Service>): void {
    const { literal } = candidate.pattern;
    this.lengths.add(literal.length);
    let bucket = this.byLiteral.get(literal);
    if (bucket === undefined) this.byLiteral.set(literal, (bucket = new Bucket()));
    bucket.add(candidate);
  }

  best(rest: string): Candidate<Service> | undefined {
    let best: Candidate<Service> | undefined;
    for (const length of this.lengths) {
      if (length <= rest.length) best = sooner(best, this.byLiteral.get(rest.slice(0, length))?.best(rest));
    }
    return best;
  }
}

/** Candidates that share the text they begin with: prefixes need no more than that, expressions are looked for and tried. */
class Bucket<Service extends RegisteredUrls> {
  private prefix: Candidate<Service> | undefined;
  private readonly expressions: Candidate<Service>[] = [];
  private index: ExpressionIndex<Service> | undefined;

  add(candidate: Candidate<Service>): void {
    if (candidate.pattern.expression !== null) this.expressions.push(candidate);
    else this.prefix = earlier(this.prefix, candidate);
  }

  best(rest: string): Candidate<Service> | undefined {
    const prefix = this.prefix !== undefined && isBelow(rest, this.prefix.pattern.literal) ? this.prefix : undefined;
    if (this.expressions.length === 0) return prefix;
    this.index ??= new ExpressionIndex(this.expressions);
    return sooner(prefix, this.index.first(rest));
  }
}

/** Lengths of the pieces by which expressions are found: longer ones tell more apart, shorter ones are in more of them. */
const PIECES = [6, 3] as const;
/** So few are tried one by one sooner than they are looked for. */
const FEW = 8;

/**
 * Expressions by a piece of text that every match of theirs holds, the one that the fewest others share. Each is then tried on its
 * own: several compiled into one automaton could need as many states as theirs multiplied.
 */
class ExpressionIndex<Service extends RegisteredUrls> {
  private readonly always: Candidate<Service>[] = [];
  private readonly byPiece = new Map<string, Candidate<Service>[]>();
  private readonly lengths: readonly number[];

  constructor(expressions: readonly Candidate<Service>[]) {
    const ordered = [...expressions].sort(compare);
    const shared = new Map<string, number>();
    const pieces = ordered.map(({ pattern }) => (ordered.length <= FEW ? [] : piecesOf(pattern.expression!)));
    for (const piece of pieces.flat()) shared.set(piece, (shared.get(piece) ?? 0) + 1);
    for (const [place, candidate] of ordered.entries()) {
      const [first, ...others] = pieces[place]!;
      if (first === undefined) {
        this.always.push(candidate);
        continue;
      }
      const rarest = others.reduce((best, piece) => (shared.get(piece)! < shared.get(best)! ? piece : best), first);
      const known = this.byPiece.get(rarest);
      if (known === undefined) this.byPiece.set(rarest, [candidate]);
      else known.push(candidate);
    }
    this.lengths = PIECES.filter((length) => [...this.byPiece.keys()].some((piece) => piece.length === length));
  }

  first(rest: string): Candidate<Service> | undefined {
    let best = this.always.find(({ pattern }) => pattern.expression!.matches(rest));
    const looked = new Set<string>();
    for (const length of this.lengths) {
      for (let at = 0; at + length <= rest.length; at += 1) {
        const piece = rest.slice(at, at + length);
        const candidates = this.byPiece.get(piece);
        if (candidates === undefined || looked.has(piece)) continue;
        looked.add(piece);
        best = sooner(best, candidates.find((candidate) => (best === undefined || compare(candidate, best) < 0) && candidate.pattern.expression!.matches(rest)));
      }
    }
    return best;
  }
}

function piecesOf({ literals }: ServiceExpression): readonly string[] {
  const length = PIECES.find((one) => literals.some((literal) => literal.length >= one));
  if (length === undefined) return [];
  return [...new Set(literals.flatMap((literal) => Array.from({ length: Math.max(0, literal.length - length + 1) }, (_, at) => literal.slice(at, at + length))))];
}

/**
 * The prefix itself, or a path below it at a segment boundary. Comparing bytes is enough: both sides are canonical, so
 * scheme, host and port of the prefix end where its path begins. A prefix with a query matches only itself.
 */
function isBelow(rest: string, prefix: string): boolean {
  if (rest === prefix) return true;
  if (prefix.includes('?') || !rest.startsWith(prefix)) return false;
  return prefix.endsWith('/') || rest[prefix.length] === '/' || rest[prefix.length] === '?';
}

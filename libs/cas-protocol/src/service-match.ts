import type { RE2Set } from 're2js';
import { compilePatterns, parseServicePattern, type Match, type ServicePattern } from './service-pattern.ts';
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

interface Candidate<Service> extends ServicePattern {
  readonly service: Service;
  /** Its place in the order of all: of those that match, the least wins. */
  place: number;
}

const KINDS: readonly Match[] = ['exact', 'path-prefix', 'wildcard-host', 'regex'];

/** Of several that match the least `order` wins; then the more exact kind, the longer literal text, and the id. */
export function serviceMatcher<Service extends RegisteredUrls>(services: Iterable<Service>): ServiceMatcher<Service> {
  const candidates = [...services].flatMap((service) =>
    service.urls.flatMap((url) => {
      const pattern = parseServicePattern(url, service.match);
      return pattern === null ? [] : [{ ...pattern, service, place: 0 }];
    }),
  );
  candidates.sort(
    (a, b) =>
      (a.service.order ?? 0) - (b.service.order ?? 0) ||
      KINDS.indexOf(a.match) - KINDS.indexOf(b.match) ||
      b.literal.length - a.literal.length ||
      (a.service.id < b.service.id ? -1 : 1),
  );
  const exact = new Map<string, Candidate<Service>>();
  const origins = new Map<string, Origin<Service>>();
  for (const [place, candidate] of candidates.entries()) {
    candidate.place = place;
    const { origin, literal } = candidate;
    if (candidate.match === 'exact') {
      if (!exact.has(origin + literal)) exact.set(origin + literal, candidate);
      continue;
    }
    if (!origins.has(origin)) origins.set(origin, new Origin());
    origins.get(origin)!.add(candidate);
  }
  return {
    find(raw) {
      const url = parseServiceUrl(raw);
      if (url === null) return null;
      const [, scheme, host, rest] = /^(https?:\/\/)([^/?]+)(.*)$/.exec(url) as unknown as [string, string, string, string];
      const firstDot = host.indexOf('.');
      const found = [
        exact.get(url),
        origins.get(scheme + host)?.best(rest),
        firstDot === -1 ? undefined : origins.get(`${scheme}*${host.slice(firstDot)}`)?.best(rest),
      ].filter((candidate) => candidate !== undefined);
      if (found.length === 0) return null;
      const { service } = found.reduce((best, other) => (other.place < best.place ? other : best));
      return { service, url };
    },
  };
}

/** The candidates of one scheme, host and port, by the text that a match of theirs begins with. */
class Origin<Service> {
  private readonly byLiteral = new Map<string, Bucket<Service>>();
  private readonly lengths = new Set<number>();

  add(candidate: Candidate<Service>): void {
    const { literal } = candidate;
    this.lengths.add(literal.length);
    if (!this.byLiteral.has(literal)) this.byLiteral.set(literal, new Bucket());
    this.byLiteral.get(literal)!.add(candidate);
  }

  best(rest: string): Candidate<Service> | undefined {
    let best: Candidate<Service> | undefined;
    for (const length of this.lengths) {
      const found = length > rest.length ? undefined : this.byLiteral.get(rest.slice(0, length))?.best(rest);
      if (found !== undefined && (best === undefined || found.place < best.place)) best = found;
    }
    return best;
  }
}

/** Candidates that share their literal text: prefixes need no more than that, expressions are compiled together at their first use. */
class Bucket<Service> {
  private prefix: Candidate<Service> | undefined;
  private readonly expressions: Candidate<Service>[] = [];
  private compiled: RE2Set | null | undefined;

  /** In the order of their places. */
  add(candidate: Candidate<Service>): void {
    if (candidate.source !== null) this.expressions.push(candidate);
    else this.prefix ??= candidate;
  }

  best(rest: string): Candidate<Service> | undefined {
    const prefix = this.prefix !== undefined && isBelow(rest, this.prefix.literal) ? this.prefix : undefined;
    const [first] = this.matching(rest);
    const expression = first === undefined ? undefined : this.expressions[first];
    if (prefix === undefined || expression === undefined) return prefix ?? expression;
    return prefix.place < expression.place ? prefix : expression;
  }

  private matching(rest: string): readonly number[] {
    if (this.expressions.length === 0) return [];
    this.compiled ??= compilePatterns(this.expressions.map(({ source }) => source!));
    return this.compiled.match(rest).sort((a, b) => a - b);
  }
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

import { ExpressionIndex } from './expression-index.ts';
import { earlier, sooner, type Candidate, type RegisteredUrls } from './precedence.ts';
import { parseServicePattern, type ServicePattern } from './service-pattern.ts';
import { asRead, parseServiceUrl, type ServiceUrl } from './service-url.ts';

export type { RegisteredUrls } from './precedence.ts';

export interface ServiceMatch<Service> {
  readonly service: Service;
  readonly url: ServiceUrl;
}

/** Finds the registered service of a service URL. Built once a registry revision; a lookup tries few of many. */
export interface ServiceMatcher<Service> {
  find(raw: string): ServiceMatch<Service> | null;
}

/**
 * Several may match: which of them is the one, `compare` says. An address that may be read as one of another service belongs to
 * neither: else the rules of a lax service would open what is behind those of a strict one.
 */
export function serviceMatcher<Service extends RegisteredUrls>(services: Iterable<Service>): ServiceMatcher<Service> {
  const candidates = [...services].flatMap((service) => patternsOf(service).map((pattern) => ({ pattern, service })));
  const written = new Places(candidates);
  const read = candidates.some(({ pattern }) => readOf(pattern) !== pattern.literal)
    ? new Places(candidates.map(({ pattern, service }) => ({ pattern: { ...pattern, literal: readOf(pattern) }, service })))
    : written;
  return {
    find(raw) {
      const url = parseServiceUrl(raw);
      if (url === null) return null;
      const [, scheme, host, rest] = /^(https?:\/\/)([^/?]+)(.*)$/.exec(url) as unknown as [string, string, string, string];
      const found = written.best(scheme, host, rest);
      if (found === undefined) return null;
      const asked = asRead(rest);
      if (found.pattern.read !== null && (asked !== rest || read !== written)) {
        const other = read.best(scheme, host, asked);
        if (other !== undefined && other.service.id !== found.service.id && !isSpelledAlike(other, found)) return null;
      }
      return { service: found.service, url };
    },
  };
}

const readOf = ({ read, literal }: ServicePattern): string => read ?? literal;

/** Two services that are told apart by nothing but their spelling are told apart by it. */
function isSpelledAlike(read: Candidate<RegisteredUrls>, found: Candidate<RegisteredUrls>): boolean {
  return read.pattern.match === found.pattern.match && read.pattern.literal === found.pattern.read;
}

/** Where candidates are found by scheme, host and port. */
class Places<Service extends RegisteredUrls> {
  private readonly exact = new Map<string, Candidate<Service>>();
  private readonly origins = new Map<string, Origin<Service>>();

  constructor(candidates: readonly Candidate<Service>[]) {
    for (const candidate of candidates) {
      const { match, origin, literal } = candidate.pattern;
      if (match === 'exact') {
        const url = origin + literal;
        this.exact.set(url, earlier(this.exact.get(url), candidate));
        continue;
      }
      let known = this.origins.get(origin);
      if (known === undefined) this.origins.set(origin, (known = new Origin()));
      known.add(candidate);
    }
  }

  best(scheme: string, host: string, rest: string): Candidate<Service> | undefined {
    const firstDot = host.indexOf('.');
    const found = sooner(this.exact.get(scheme + host + rest), this.origins.get(scheme + host)?.best(rest));
    // A host that begins with its dot has no label for the * to stand for.
    return firstDot > 0 ? sooner(found, this.origins.get(`${scheme}*${host.slice(firstDot)}`)?.best(rest)) : found;
  }
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

/**
 * The prefix itself, or a path below it at a segment boundary. Comparing bytes is enough: both sides are canonical, so
 * scheme, host and port of the prefix end where its path begins. A prefix with a query matches only itself.
 */
function isBelow(rest: string, prefix: string): boolean {
  if (rest === prefix) return true;
  if (prefix.includes('?') || !rest.startsWith(prefix)) return false;
  return prefix.endsWith('/') || rest[prefix.length] === '/' || rest[prefix.length] === '?';
}

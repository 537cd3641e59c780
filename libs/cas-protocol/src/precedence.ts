import type { Match, ServicePattern } from './service-pattern.ts';

/** What matching needs to know of a registered service. */
export interface RegisteredUrls {
  readonly id: string;
  readonly urls: readonly string[];
  readonly match: Match;
  /** Lower goes first; 0 where nothing is said. */
  readonly order?: number | undefined;
}

export interface Candidate<Service extends RegisteredUrls> {
  readonly pattern: ServicePattern;
  readonly service: Service;
}

const KINDS: readonly Match[] = ['exact', 'path-prefix', 'wildcard-host', 'regex'];

/** Of several that match the least `order` wins; then the more exact kind, the longer literal text, and the id. */
export function compare(a: Candidate<RegisteredUrls>, b: Candidate<RegisteredUrls>): number {
  return (
    (a.service.order ?? 0) - (b.service.order ?? 0) ||
    KINDS.indexOf(a.pattern.match) - KINDS.indexOf(b.pattern.match) ||
    b.pattern.literal.length - a.pattern.literal.length ||
    (a.service.id === b.service.id ? 0 : a.service.id < b.service.id ? -1 : 1)
  );
}

export function earlier<Service extends RegisteredUrls>(known: Candidate<Service> | undefined, other: Candidate<Service>): Candidate<Service> {
  return known === undefined || compare(other, known) < 0 ? other : known;
}

export function sooner<Service extends RegisteredUrls>(known: Candidate<Service> | undefined, other: Candidate<Service> | undefined): Candidate<Service> | undefined {
  return other === undefined ? known : earlier(known, other);
}

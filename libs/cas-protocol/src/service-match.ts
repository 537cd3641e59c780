import { parseServiceUrl, type ServiceUrl } from './service-url.ts';

/** What matching needs to know of a registered service. */
export interface RegisteredUrls {
  readonly urls: readonly string[];
  readonly match: 'exact' | 'path-prefix';
}

export interface ServiceMatch<Service> {
  readonly service: Service;
  readonly url: ServiceUrl;
}

/** Finds the registered service of a service URL. Built once a registry revision; a lookup costs no scan of exact URLs. */
export interface ServiceMatcher<Service> {
  find(raw: string): ServiceMatch<Service> | null;
}

/** An exact URL wins over a prefix, a longer prefix over a shorter one. */
export function serviceMatcher<Service extends RegisteredUrls>(services: Iterable<Service>): ServiceMatcher<Service> {
  const exact = new Map<string, Service>();
  const prefixes: { readonly prefix: string; readonly service: Service }[] = [];
  for (const service of services) {
    for (const url of service.urls) {
      if (service.match === 'exact') exact.set(url, service);
      else prefixes.push({ prefix: url, service });
    }
  }
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    find(raw) {
      const url = parseServiceUrl(raw);
      if (url === null) return null;
      const service = exact.get(url) ?? prefixes.find(({ prefix }) => isBelow(url, prefix))?.service;
      return service === undefined ? null : { service, url };
    },
  };
}

/**
 * The prefix itself, or a path below it at a segment boundary. Comparing bytes is enough: both sides are canonical, so
 * scheme, host and port of the prefix end where its path begins. A prefix with a query matches only itself.
 */
function isBelow(url: ServiceUrl, prefix: string): boolean {
  if (url === prefix) return true;
  if (prefix.includes('?') || !url.startsWith(prefix)) return false;
  return prefix.endsWith('/') || url[prefix.length] === '/' || url[prefix.length] === '?';
}

import type { Applications } from './applications.ts';
import type { Feature } from './rule.ts';

/** A service that must be registered at the server under test. */
export interface Service {
  readonly id: ServiceId;
  readonly name: string;
  /** Exactly this URL and no other. */
  readonly url: string;
  /** Addresses that it may name as pgtUrl; empty when it may not act as a proxy. */
  readonly pgtUrls: readonly string[];
  readonly logout: 'back-channel' | 'front-channel';
  readonly needs: readonly Feature[];
}

export type ServiceId = 'plain' | 'other' | 'query' | 'proxy' | 'second-proxy' | 'backend' | 'front';

/** Paths of callbacks at the application, and what is answered there. */
export const CALLBACK = '/callback';
export const CALLBACK_STATUS = [404, 500, 202] as const;
export const CALLBACK_REDIRECT = '/callback-redirects';
export const CALLBACK_REDIRECTED = '/callback-redirected';

/** What an operator registers before a run, and what the starters register by themselves. All release all attributes. */
export function servicesOf(applications: Applications): Service[] {
  const at = (path: string): string => applications.application.origin + path;
  const pgtUrls = [
    at(CALLBACK),
    `${at(CALLBACK)}?kept=1&also=%26`,
    ...CALLBACK_STATUS.map((status) => at(`${CALLBACK}-${status}`)),
    at(CALLBACK_REDIRECT),
    ...[applications.untrusted, applications.expired, applications.misnamed, applications.clear].map(({ origin }) => origin + CALLBACK),
    applications.nobody + CALLBACK,
  ];
  const service = (id: ServiceId, name: string, path: string, more: Partial<Service> = {}): Service => ({
    id,
    name,
    url: at(path),
    pgtUrls: [],
    logout: 'back-channel',
    needs: [],
    ...more,
  });
  return [
    service('plain', 'An application', '/service'),
    service('other', 'Another application', '/other'),
    service('query', 'An application with a query', '/query?first=1&second=%C3%A9+%26'),
    service('proxy', 'An application that may act as a proxy', '/proxy', { pgtUrls, needs: ['proxy'] }),
    service('second-proxy', 'A back-end service that may act as a proxy itself', '/second-proxy', { pgtUrls: [at('/second-callback')], needs: ['proxy'] }),
    service('backend', 'A back-end service', '/backend', { needs: ['proxy'] }),
    service('front', 'An application that is signed out through the browser', '/front', { logout: 'front-channel', needs: ['frontChannelLogout'] }),
  ];
}

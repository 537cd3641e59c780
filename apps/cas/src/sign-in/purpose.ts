import { parseLoginParameters, type LoginMethod, type Pairs } from '@latchkey/cas-protocol';
import type { HiddenFields } from '@latchkey/pages';
import { badRequest, pendingUnknown, serviceDisabled, serviceNotRegistered } from '../pages/refusals.ts';
import type { MatchedService, Services } from '../services/services.ts';

/** Pages of our own that ask for a sign-in, by name: a sign-in never leads to an address that the request brings. */
const OWN_PAGES: ReadonlyMap<string, string> = new Map([
  ['account', '/account'],
  ['password', '/account/password'],
  ['releases', '/account/releases'],
  ['applications', '/consent/applications'],
]);

/** What somebody came to /cas/login for. `renew`: prove it again, session or not. */
export type Purpose =
  | { readonly kind: 'service'; readonly matched: MatchedService; readonly renew: boolean; readonly gateway: boolean; readonly method: LoginMethod; readonly saml: boolean }
  | { readonly kind: 'pending'; readonly pending: string; readonly interaction: string; readonly renew: boolean }
  | { readonly kind: 'own-page'; readonly then: string; readonly path: string; readonly renew: boolean }
  | { readonly kind: 'nothing'; readonly renew: boolean };

/**
 * @see CAS Protocol 3.0 §2.1.1, §2.2.1
 * @throws PageError for a service that is not registered: an error page, never a redirect.
 */
export function purposeOf(pairs: Pairs, services: Services): Purpose {
  const { service, renew, gateway, method, saml } = parseLoginParameters(pairs);
  const pending = only(pairs, 'pending');
  const then = only(pairs, 'then');
  if ([service, pending, then].filter((value) => value !== null).length > 1) {
    throw badRequest("Only one of the parameters 'service', 'pending' and 'then' can be given");
  }
  if (service !== null) {
    const matched = services.match(service);
    if (matched === null) throw serviceNotRegistered();
    if (!services.isOpen(matched.service)) throw serviceDisabled(matched.service);
    return { kind: 'service', matched, renew, gateway, method, saml };
  }
  if (pending !== null) {
    const interaction = /^([A-Za-z0-9_-]{16,64})\./.exec(pending)?.[1];
    if (interaction === undefined) throw pendingUnknown();
    return { kind: 'pending', pending, interaction, renew };
  }
  const path = then === null ? undefined : OWN_PAGES.get(then);
  return then === null || path === undefined ? { kind: 'nothing', renew } : { kind: 'own-page', then, path, renew };
}

/** What the form carries so that its post has the same purpose. */
export function hiddenFields(purpose: Purpose): HiddenFields {
  return [...target(purpose), ...(purpose.renew ? ([['renew', 'true']] as const) : [])];
}

/** An address of ours that keeps the purpose. */
export function addressOf(path: string, purpose: Purpose): string {
  return `${path}?${new URLSearchParams(hiddenFields(purpose).map(([name, value]) => [name, value])).toString()}`;
}

function target(purpose: Purpose): HiddenFields {
  switch (purpose.kind) {
    case 'service':
      return [[purpose.saml ? 'TARGET' : 'service', purpose.matched.url], ...(purpose.method === 'GET' ? [] : ([['method', purpose.method]] as const))];
    case 'pending':
      return [['pending', purpose.pending]];
    case 'own-page':
      return [['then', purpose.then]];
    case 'nothing':
      return [];
  }
}

function only(pairs: Pairs, name: string): string | null {
  const values = [...pairs].filter(([key]) => key === name).map(([, value]) => value);
  if (values.length > 1) throw badRequest(`The parameter '${name}' is given more than once`);
  return values[0] || null;
}

import { OAuthError } from './errors.ts';
import { isSubset } from './scope.ts';

/** Absolute, without fragment. @see RFC 8707 §2 */
function isResourceIndicator(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s#]+$/i.test(value) && URL.canParse(value);
}

/** Which resource servers an authorization request names. @see RFC 8707 §2.1 */
export function requestedResources(given: readonly string[], allowed: readonly string[]): readonly string[] {
  const named = [...new Set(given)];
  if (!named.every(isResourceIndicator)) throw new OAuthError('invalid_target', 'resource must be an absolute URI without a fragment');
  if (!isSubset(named, allowed)) throw new OAuthError('invalid_target', 'This client may not ask for one of these resources');
  return named;
}

/**
 * The one resource that an access token is for, or null for our own userinfo. A token for several audiences could be replayed
 * by one of them at another, so with several granted the client names one. @see RFC 8707 §2.2, §3
 */
export function targetResource(given: readonly string[], granted: readonly string[]): { resource: string | null; named: boolean } {
  const named = [...new Set(given)];
  if (named.length > 1) throw new OAuthError('invalid_target', 'An access token is for one resource: name one');
  const [resource] = named;
  if (resource !== undefined) {
    if (!granted.includes(resource)) throw new OAuthError('invalid_target', 'This resource was not granted');
    return { resource, named: true };
  }
  if (granted.length > 1) throw new OAuthError('invalid_target', 'Several resources are granted: name one');
  return { resource: granted[0] ?? null, named: false };
}

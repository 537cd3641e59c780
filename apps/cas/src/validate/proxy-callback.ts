import { CasError } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';

/**
 * Refuses a callback that the service's entry does not allow; an allowed one is refused too, in so many words, as long as
 * this server issues no proxy-granting tickets. @see CAS Protocol 3.0 §2.5.3, §2.5.4
 */
export function checkProxyCallback(pgtUrl: string | null, service: ServiceEntry): void {
  if (pgtUrl === null) return;
  if (!service.proxy.allowed) throw new CasError('UNAUTHORIZED_SERVICE_PROXY', 'This service is not allowed to act as a proxy');
  if (!service.proxy.pgtUrls.includes(pgtUrl)) throw new CasError('INVALID_PROXY_CALLBACK', 'This pgtUrl is not registered for the service');
  throw new CasError('INVALID_PROXY_CALLBACK', 'This server issues no proxy-granting tickets');
}

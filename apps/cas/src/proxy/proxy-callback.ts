import { CasError, callbackAddress, newTicketId } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { Outbound } from '@latchkey/outbound';
import type { Clock, Logger, Metrics } from '@latchkey/runtime';

/** What went to the callback: the ticket itself, and the name by which the validation answer speaks of it. */
export interface ProxyTicketPair {
  readonly pgtId: string;
  readonly pgtIou: string;
}

interface Options {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Hands proxy-granting tickets to proxies, at addresses that an administrator registered. */
export class ProxyCallback {
  constructor(private readonly options: Options) {}

  /**
   * Where the callback answers, but not with 200, the person is in and there is no proxy-granting ticket: null.
   * @see CAS Protocol 3.0 §2.5.3, §2.5.4
   * @throws CasError UNAUTHORIZED_SERVICE_PROXY, or INVALID_PROXY_CALLBACK for an address that is not registered, not trusted or not there
   */
  async hand(pgtUrl: string, service: ServiceEntry): Promise<ProxyTicketPair | null> {
    if (!service.proxy.allowed) throw new CasError('UNAUTHORIZED_SERVICE_PROXY', 'This service is not allowed to act as a proxy');
    if (!service.proxy.pgtUrls.includes(pgtUrl)) throw new CasError('INVALID_PROXY_CALLBACK', 'This pgtUrl is not registered for the service');
    const { outbound, clock, logger, metrics } = this.options;
    const now = clock.now();
    const pair = { pgtId: newTicketId('PGT', now), pgtIou: newTicketId('PGTIOU', now) };
    try {
      const { status } = await outbound.send({ method: 'GET', url: callbackAddress(pgtUrl, pair), readAtMost: 64 * 1024 });
      metrics.count('latchkey_proxy_callbacks_total', { outcome: status === 200 ? 'taken' : 'refused' });
      return status === 200 ? pair : null;
    } catch (error) {
      metrics.count('latchkey_proxy_callbacks_total', { outcome: 'unreachable' });
      logger.warn({ service: service.id, reason: (error as Error).message }, 'a proxy callback could not be called');
      throw new CasError('INVALID_PROXY_CALLBACK', 'The pgtUrl could not be called, or is not trusted', { cause: error });
    }
  }
}

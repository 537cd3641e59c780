import { logoutRequestForm } from '@latchkey/cas-protocol';
import type { ClaimedDelivery, OutboundAnswer, OutboundRequest } from '@latchkey/outbound';
import type { Clock } from '@latchkey/runtime';

export interface LogoutPayload {
  readonly ticket: string;
  readonly user: string;
}

/** The same request id at each attempt, so a service can know a repeated one. @see CAS Protocol 3.0 §2.3.3, Appendix C */
export function logoutRequestFor(clock: Clock): (delivery: ClaimedDelivery) => Promise<OutboundRequest> {
  return async (delivery) => {
    const { ticket, user } = delivery.payload as LogoutPayload;
    return {
      method: 'POST',
      readAtMost: 64 * 1024,
      url: delivery.address,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: logoutRequestForm({ id: `LR-${delivery.id}`, issuedAt: new Date(clock.now()), user, ticket }),
    };
  };
}

/** Many services answer a logout request with a redirect to their own sign-in; they have heard it. */
export function acceptsLogout(answer: OutboundAnswer): boolean {
  return answer.status >= 200 && answer.status < 400;
}

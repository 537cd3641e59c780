import type { Pairs, PendingRequest, Pendings } from './pending.ts';
import { refusePage } from './results.ts';

export interface AuthorizeInput {
  readonly parameters: Pairs;
  /** Cookies of the browser: flow binds the pending request, session says who it is. */
  readonly flow: string | undefined;
  readonly session: string | undefined;
}

/** Phase 0: the request as it was made, whether it came just now or returns from another page. */
export interface Unfolded extends PendingRequest {
  /** The address that carries it already, when it returned. */
  readonly pending: string | null;
  /** The person pressed "cancel" on the sign-in page. */
  readonly cancelled: boolean;
}

export async function unfold(input: AuthorizeInput, pendings: Pendings, now: number): Promise<Unfolded> {
  const given = input.parameters.filter(([name]) => name === 'pending').map(([, value]) => value);
  const [pending] = given;
  if (pending === undefined) {
    return { interaction: pendings.newInteraction(), begun: now, parameters: input.parameters, pending: null, cancelled: false };
  }
  const opened = given.length > 1 ? 'foreign' : await pendings.open(pending, input.flow);
  if (opened === 'foreign') refuseForeign();
  if (opened === 'gone') refuseGone();
  return { ...opened, pending, cancelled: input.parameters.some(([name]) => name === 'cancel') };
}

/** Login CSRF: whoever began a request must not be able to have somebody else finish it. */
function refuseForeign(): never {
  refusePage({
    status: 400,
    code: 'pending_request_foreign',
    title: 'This sign-in was started elsewhere',
    message: 'It belongs to another browser, or its address is damaged. Go to the application and start again there.',
  });
}

function refuseGone(): never {
  refusePage({
    status: 400,
    code: 'pending_request_gone',
    title: 'This sign-in was started too long ago',
    message: 'Go to the application and start again there.',
  });
}

import { originOf } from '@latchkey/cas-protocol';
import { tokenIssuerPeer, type PendingDescription, type SessionCopy } from '@latchkey/contracts';
import { signInPage, type SignInProblem } from '@latchkey/pages';
import type { Peers } from '@latchkey/peers';
import { sendPage, type Cookies, type FormGuard } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pendingUnknown } from '../pages/refusals.ts';
import { hiddenFields, type Purpose } from './purpose.ts';

export const SIGN_IN = 'sign-in';

export interface FormState {
  readonly status: number;
  readonly problem?: SignInProblem;
  readonly username?: string | undefined;
  /** The living session, when the person has to prove it again. */
  readonly session?: SessionCopy | null;
  readonly description?: PendingDescription | null;
  /** Boxes that were ticked before an error. */
  readonly ticked?: readonly string[];
}

/** Shows the sign-in page: who asks, what the form carries, and where its post may lead. */
export class SignInForm {
  constructor(private readonly options: { peers: Peers; tenant: string; cookies: Cookies; guard: FormGuard; choices: { rememberMe: boolean; warn: boolean } }) {}

  /** What a pending authorization request wants; null when this is not one. @throws PageError when it is not of this browser. */
  async describe(purpose: Purpose, request: FastifyRequest): Promise<PendingDescription | null> {
    if (purpose.kind !== 'pending') return null;
    const { peers, tenant, cookies } = this.options;
    const flow = cookies.flow(request) ?? null;
    const { pending } = await peers.to(tokenIssuerPeer).describePending({ tenant, pending: purpose.pending, flow });
    if (pending === null) throw pendingUnknown();
    return pending;
  }

  async show(request: FastifyRequest, reply: FastifyReply, purpose: Purpose, state: FormState): Promise<void> {
    const description = state.description ?? (await this.describe(purpose, request));
    const flow = this.options.cookies.ensureFlow(request, reply);
    await sendPage(
      reply,
      state.status,
      (context) =>
        signInPage(
          {
            action: '/cas/login',
            formToken: this.options.guard.token(flow, SIGN_IN),
            hidden: hiddenFields(purpose),
            applicationName: purpose.kind === 'service' ? purpose.matched.service.name : description?.clientName,
            nameField: purpose.kind === 'pending' ? 'login' : 'username',
            applicationLogoUrl: purpose.kind === 'service' ? purpose.matched.service.theme?.logo : undefined,
            choices: this.options.choices,
            ticked: state.ticked,
            username: state.username ?? state.session?.username ?? description?.loginHint,
            mustSignIn: state.session != null,
            problem: state.problem,
            cancelUrl: purpose.kind === 'pending' ? `/oauth2/authorize?pending=${encodeURIComponent(purpose.pending)}&cancel=1` : null,
          },
          context,
        ),
      { formAction: formAction(purpose, description) },
    );
  }
}

/** Some browsers hold the redirect after a form post to the page's form-action, so the one validated origin is named. */
function formAction(purpose: Purpose, description: PendingDescription | null): string[] {
  if (purpose.kind === 'service') return [originOf(purpose.matched.url)];
  if (description === null || description.clientHost === '') return [];
  return [`https://${description.clientHost}`, `http://${description.clientHost}`];
}

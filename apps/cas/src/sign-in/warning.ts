import { originOf } from '@latchkey/cas-protocol';
import { continuePage } from '@latchkey/pages';
import { sendPage, type Cookies, type FormGuard } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hiddenFields, type Purpose } from './purpose.ts';

const CONTINUE = 'continue';

/** Asks before an application is entered, where somebody wanted to be asked. @see CAS Protocol 3.0 §2.2.1 warn */
export class Warning {
  constructor(private readonly options: { cookies: Cookies; guard: FormGuard }) {}

  isDue(request: FastifyRequest, purpose: Purpose): purpose is Purpose & { kind: 'service' } {
    return purpose.kind === 'service' && this.options.cookies.warns(request);
  }

  async show(request: FastifyRequest, reply: FastifyReply, purpose: Purpose & { kind: 'service' }): Promise<void> {
    const { cookies, guard } = this.options;
    const flow = cookies.ensureFlow(request, reply);
    const { service, url } = purpose.matched;
    const props = {
      action: '/cas/login',
      formToken: guard.token(flow, CONTINUE),
      hidden: [...hiddenFields(purpose), [CONTINUE, '1'] as const],
      applicationName: service.name,
      applicationHost: new URL(url).host,
      stayUrl: '/cas/login',
    };
    await sendPage(reply, 200, (context) => continuePage(props, context), { formAction: [originOf(url)] });
  }

  /** The person pressed the button of that page, in this browser. */
  isAnswered(request: FastifyRequest, token: string | undefined): boolean {
    return this.options.guard.accepts(request, token, CONTINUE);
  }
}

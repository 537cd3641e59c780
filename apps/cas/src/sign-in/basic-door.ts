import { Problem, clientNetwork, type HttpSettings } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { basicCredentials, takesBasic, type BasicSignIn, type NameAndPassword } from './basic-sign-in.ts';
import { depart } from './departure.ts';
import type { Destinations } from './destination.ts';
import { deviceOf } from './device.ts';
import type { Purpose } from './purpose.ts';

/**
 * /cas/login for scripts, at services that take HTTP Basic: the password in the request, the ticket in the answer, and no cookie.
 * Browsers never come this way: what leads them here with a password in the address would sign them in as somebody else.
 */
export class BasicDoor {
  constructor(private readonly options: { basic: BasicSignIn; destinations: Destinations; http: HttpSettings }) {}

  /** false: this is not for scripts, or they come by their session, and nothing was answered. */
  async answer(request: FastifyRequest, reply: FastifyReply, purpose: Purpose, bySession: boolean): Promise<boolean> {
    if (purpose.kind !== 'service' || !takesBasic(purpose.matched.service) || isBrowser(request)) return false;
    const credentials = basicCredentials(request.headers.authorization);
    if (credentials !== null) {
      await this.enter(request, reply, purpose, credentials);
      return true;
    }
    if (bySession || purpose.gateway || request.headers.accept?.includes('text/html') === true) return false;
    await challenge(reply, purpose, 'This service takes a sign-in name and a password by HTTP Basic.');
    return true;
  }

  private async enter(request: FastifyRequest, reply: FastifyReply, purpose: Purpose & { kind: 'service' }, credentials: NameAndPassword): Promise<void> {
    const { basic, destinations, http } = this.options;
    const device = deviceOf(request.headers['user-agent'], clientNetwork(request, http));
    const result = await basic.signIn(credentials, device, { renew: purpose.renew });
    switch (result.outcome) {
      case 'signed-in':
        return depart(reply, await destinations.of(purpose, result.session, result.fresh));
      case 'no-match':
        return challenge(reply, purpose, 'The sign-in name or the password is wrong.');
      case 'wait':
        return say(reply.header('retry-after', String(Math.ceil(result.waitMs / 1_000))), new Problem(429, 'locked', 'Too many requests', 'There were too many attempts. Wait, and try again.'));
      case 'busy':
        return say(reply.header('retry-after', '2'), new Problem(503, 'unavailable', 'Service unavailable', 'Too many people are signing in at this moment.'));
    }
  }
}

function isBrowser(request: FastifyRequest): boolean {
  return request.headers['sec-fetch-mode'] !== undefined || request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined;
}

/** @see RFC 7617 §2.1 */
function challenge(reply: FastifyReply, { matched }: Purpose & { kind: 'service' }, detail: string): Promise<void> {
  reply.header('www-authenticate', `Basic realm="${matched.service.id}", charset="UTF-8"`);
  return say(reply, new Problem(401, 'credentials_needed', 'Unauthorized', detail));
}

async function say(reply: FastifyReply, problem: Problem): Promise<void> {
  await reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem.body()));
}

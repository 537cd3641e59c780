import { clientAddress, isWithin, type HttpSettings } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';

/** Lets in who calls from a network that the operator named. Nobody named: the API is not there. */
export class RestGate {
  constructor(
    private readonly networks: readonly string[],
    private readonly http: HttpSettings,
  ) {}

  admits(request: FastifyRequest): boolean {
    return isWithin(clientAddress(request, this.http), this.networks);
  }
}

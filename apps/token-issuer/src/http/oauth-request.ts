import { OAuthError, readParameters, type OAuthParameters } from '@latchkey/oauth';
import { clientNetwork, parametersOf, queryOf, type HttpSettings } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import type { ClientRequest } from '../clients/client-gate.ts';

/** Parameters of a posted form. What stands in the query of a POST is refused: it would be logged (RFC 6749 §2.3.1). */
export function postedParameters(request: FastifyRequest): OAuthParameters {
  if (queryOf(request).entries().length > 0) throw new OAuthError('invalid_request', 'Parameters belong in the body');
  if (!(request.body instanceof URLSearchParams)) {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded');
  }
  return readParameters(parametersOf(request).entries());
}

export function clientRequest(request: FastifyRequest, http: HttpSettings): ClientRequest {
  return {
    authorization: request.headers.authorization,
    parameters: postedParameters(request),
    network: clientNetwork(request, http),
  };
}

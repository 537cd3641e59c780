import { OAuthError, errorResponse, type ResponseMode } from '@latchkey/oauth';
import { Outcome } from './results.ts';
import type { Trusted } from './trust.ts';

/** Where an answer goes, from the moment that the client is trusted. */
export interface Answering {
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
  readonly issuer: string;
}

export function answeringOf({ redirectUri, parameters }: Trusted, mode: ResponseMode, issuer: string): Answering {
  return { redirectUri, mode, state: parameters.one('state'), issuer };
}

/** The error goes back to the client, with state and iss (RFC 6749 §4.1.2.1, RFC 9207 §2). */
export function returnError(to: Answering, trusted: Trusted, error: OAuthError): never {
  throw new Outcome({ kind: 'redirect', response: errorResponse(to, error), applicationName: trusted.client.name });
}

/** Runs a check whose errors are for the client to read. */
export function orReturn<T>(to: Answering, trusted: Trusted, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OAuthError) returnError(to, trusted, error);
    throw error;
  }
}

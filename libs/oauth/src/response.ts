import { OAuthError } from './errors.ts';

export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 · OAuth 2.0 Form Post Response Mode §2 */
export function parseResponseMode(value: string | undefined): ResponseMode {
  if (value === undefined) return 'query';
  const mode = RESPONSE_MODES.find((known) => known === value);
  if (mode === undefined) throw new OAuthError('invalid_request', 'response_mode is not supported');
  return mode;
}

export interface AuthorizationResponse {
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  readonly parameters: readonly (readonly [string, string])[];
}

interface Answering {
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
  readonly issuer: string;
}

/** @see RFC 9207 §2: "iss" stands in every authorization response, also in errors */
export function successResponse(to: Answering, code: string): AuthorizationResponse {
  return { redirectUri: to.redirectUri, mode: to.mode, parameters: [['code', code], ...stateOf(to), ['iss', to.issuer]] };
}

/** @see RFC 6749 §4.1.2.1 */
export function errorResponse(to: Answering, error: OAuthError): AuthorizationResponse {
  const { error: code, error_description: description } = error.body();
  return {
    redirectUri: to.redirectUri,
    mode: to.mode,
    parameters: [['error', code], ['error_description', description], ...stateOf(to), ['iss', to.issuer]],
  };
}

function stateOf(to: Answering): [string, string][] {
  return to.state === undefined ? [] : [['state', to.state]];
}

/** The address to go to. The registered part stays byte for byte as it is; a query of its own is kept (RFC 6749 §3.1.2). */
export function responseLocation(response: AuthorizationResponse): string {
  const encoded = new URLSearchParams(response.parameters.map(([name, value]) => [name, value])).toString();
  if (response.mode === 'fragment') return `${response.redirectUri}#${encoded}`;
  return `${response.redirectUri}${joint(response.redirectUri)}${encoded}`;
}

function joint(uri: string): string {
  if (!uri.includes('?')) return '?';
  return uri.endsWith('?') || uri.endsWith('&') ? '' : '&';
}

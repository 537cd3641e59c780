import {
  OAuthError,
  parseMaxAge,
  parsePrompt,
  parseResponseMode,
  readIdTokenHint,
  requireS256,
  type IdTokenHint,
  type OAuthParameters,
  type Prompt,
  type VerificationKey,
} from '@latchkey/oauth';
import type { Clients } from '../clients/clients.ts';
import { answeringOf, orReturn, returnError, type Answering } from './answering.ts';
import type { Trusted } from './trust.ts';

/** Phase 2: the request is one that we can answer. */
export interface Checked {
  readonly trusted: Trusted;
  readonly to: Answering;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly prompt: Prompt;
  readonly maxAge: number | undefined;
  readonly hint: IdTokenHint | null;
}

export interface CheckRules {
  readonly clients: Clients;
  readonly issuer: string;
  readonly findKey: (kid: string) => VerificationKey | undefined;
}

export async function checkRequest(trusted: Trusted, rules: CheckRules): Promise<Checked> {
  const { parameters, client } = trusted;
  const mode = orReturn(answeringOf(trusted, 'query', rules.issuer), trusted, () => parseResponseMode(parameters.one('response_mode')));
  const to = answeringOf(trusted, mode, rules.issuer);
  const checked = orReturn(to, trusted, () => {
    checkNoRequestObject(parameters);
    checkResponseType(parameters);
    checkMayAsk(trusted);
    const challenge = requireS256(parameters.one('code_challenge'), parameters.one('code_challenge_method'));
    const asked = rules.clients.asked(client, parameters.one('scope'), parameters.all('resource'));
    return {
      challenge,
      scopes: withoutNeedlessOffline(asked.scopes, trusted),
      resources: asked.resources,
      nonce: parameters.one('nonce'),
      prompt: parsePrompt(parameters.one('prompt')),
      maxAge: parseMaxAge(parameters.one('max_age')),
    };
  });
  if (trusted.unfolded.cancelled) returnError(to, trusted, new OAuthError('access_denied', 'The person cancelled the sign-in'));
  return { trusted, to, ...checked, hint: await checkHint(trusted, to, rules) };
}

/** @see OpenID Connect Core 1.0 §6, §3.1.2.6: request_not_supported, request_uri_not_supported, registration_not_supported */
function checkNoRequestObject(parameters: OAuthParameters): void {
  for (const name of ['request', 'request_uri', 'registration'] as const) {
    if (parameters.one(name) !== undefined) throw new OAuthError(`${name}_not_supported`, `${name} is not supported`);
  }
}

/** Implicit and hybrid are off (RFC 9700 §2.1.2). */
function checkResponseType(parameters: OAuthParameters): void {
  const type = parameters.one('response_type');
  if (type === undefined) throw new OAuthError('invalid_request', 'response_type is missing');
  if (type !== 'code') throw new OAuthError('unsupported_response_type', 'response_type must be code');
}

function checkMayAsk({ client }: Trusted): void {
  if (client.grantTypes.includes('authorization_code')) return;
  throw new OAuthError('unauthorized_client', 'This client may not ask for authorization codes');
}

/** Without refresh tokens there is nothing to keep while the person is away (OpenID Connect Core 1.0 §11: "MUST ignore"). */
function withoutNeedlessOffline(scopes: readonly string[], { client }: Trusted): readonly string[] {
  return client.grantTypes.includes('refresh_token') ? scopes : scopes.filter((scope) => scope !== 'offline_access');
}

async function checkHint(trusted: Trusted, to: Answering, rules: CheckRules): Promise<IdTokenHint | null> {
  const given = trusted.parameters.one('id_token_hint');
  if (given === undefined) return null;
  const hint = await readIdTokenHint(given, rules.issuer, rules.findKey);
  if (hint === null) returnError(to, trusted, new OAuthError('invalid_request', 'id_token_hint is not an ID token of ours'));
  return hint;
}

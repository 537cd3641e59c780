import type { ClientEntry } from '@latchkey/contracts';
import { readIdTokenHint, readParameters, repeatedParameters, type IdTokenHint, type OAuthParameters, type VerificationKey } from '@latchkey/oauth';
import { fixedPhrases } from '@latchkey/pages';
import { refusePage } from '../authorize/results.ts';
import type { Clients } from '../clients/clients.ts';

/** A request to sign out, checked: where it may lead is registered for this very client. */
export interface LogoutRequest {
  readonly client: ClientEntry | null;
  readonly hint: IdTokenHint | null;
  /** Registered, with `state` added; null: our own page. */
  readonly returnTo: string | null;
}

interface Rules {
  readonly clients: Clients;
  readonly issuer: string;
  readonly findKey: (kid: string) => VerificationKey | undefined;
}

/** @see OpenID Connect RP-Initiated Logout 1.0 §2, §3, §4 */
export async function readLogoutRequest(pairs: readonly (readonly [string, string])[], rules: Rules): Promise<LogoutRequest> {
  if (repeatedParameters(pairs).length > 0) {
    refusePage({
      status: 400,
      code: 'repeated_parameter',
      title: 'The application asked in a way we cannot trust',
      message: 'A parameter of its request stands there more than once. You are still signed in.',
    });
  }
  const parameters = readParameters(pairs);
  const hint = await checkHint(parameters, rules);
  const client = checkClient(parameters, hint, rules.clients);
  return { client, hint, returnTo: checkReturn(parameters, client) };
}

/** "the OP … MUST verify that it was the issuer of the ID Token"; an expired one is good enough. */
async function checkHint(parameters: OAuthParameters, { issuer, findKey }: Rules): Promise<IdTokenHint | null> {
  const given = parameters.one('id_token_hint');
  if (given === undefined) return null;
  const hint = await readIdTokenHint(given, issuer, findKey);
  if (hint !== null) return hint;
  refusePage({
    status: 400,
    code: 'id_token_hint_invalid',
    title: 'We could not read who wants to sign out',
    message: 'The application sent something that did not come from us. You are still signed in; sign out on your account page.',
    phrase: fixedPhrases.idTokenHintInvalid,
    back: ACCOUNT,
  });
}

/** "If both … are present, the OP MUST verify that the Client Identifier matches the one used … to issue the ID Token." */
function checkClient(parameters: OAuthParameters, hint: IdTokenHint | null, clients: Clients): ClientEntry | null {
  const named = parameters.one('client_id');
  const id = hint?.clientId ?? named;
  if (id === undefined) return null;
  const client = clients.find(id);
  if (client !== undefined && (named === undefined || named === id)) return client;
  const unknown = client === undefined;
  refusePage({
    status: 400,
    code: hint === null ? 'client_unknown' : unknown ? 'id_token_hint_unknown_client' : 'id_token_hint_other_client',
    title: 'We do not know this application',
    message: 'You are still signed in; sign out on your account page.',
    ...(hint === null ? {} : { phrase: unknown ? fixedPhrases.idTokenHintUnknownClient : fixedPhrases.idTokenHintInvalid }),
    back: ACCOUNT,
  });
}

/** "The value MUST have been previously registered with the OP"; without a client there is no registration to look into. */
function checkReturn(parameters: OAuthParameters, client: ClientEntry | null): string | null {
  const given = parameters.one('post_logout_redirect_uri');
  if (given === undefined || client === null) return null;
  if (!client.postLogoutRedirectUris.includes(given)) {
    refusePage({
      status: 400,
      code: 'post_logout_redirect_uri_not_registered',
      title: 'We will not send you to this address',
      message: 'The application wanted you to return to an address that nobody registered for it. You are still signed in.',
      phrase: fixedPhrases.postLogoutRedirectUriNotRegistered,
      back: ACCOUNT,
    });
  }
  const state = parameters.one('state');
  if (state === undefined) return given;
  return `${given}${given.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}

const ACCOUNT = { href: '/account', label: 'Your account' };

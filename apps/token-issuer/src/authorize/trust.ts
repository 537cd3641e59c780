import type { ClientEntry } from '@latchkey/contracts';
import { isRegisteredRedirectUri, readParameters, repeatedParameters, type OAuthParameters } from '@latchkey/oauth';
import { fixedPhrases } from '@latchkey/pages';
import type { Clients } from '../clients/clients.ts';
import { refusePage } from './results.ts';
import type { Unfolded } from './unfold.ts';

/** Phase 1: we know the client, and that the address belongs to it. From here on errors go back to the client. */
export interface Trusted {
  readonly unfolded: Unfolded;
  readonly parameters: OAuthParameters;
  readonly client: ClientEntry;
  readonly redirectUri: string;
}

/**
 * "If the request fails due to a missing, invalid, or mismatching redirection URI, or if the client identifier is missing or
 * invalid, the authorization server … MUST NOT automatically redirect the user agent" (RFC 6749 §4.1.2.1).
 */
export function establishTrust(unfolded: Unfolded, clients: Clients): Trusted {
  checkNothingRepeats(unfolded);
  const parameters = readParameters(unfolded.parameters);
  const client = checkClient(parameters, clients);
  const redirectUri = checkRedirectUri(parameters, client);
  return { unfolded, parameters, client, redirectUri };
}

/** Two parsers may differ on which of two values counts, so neither does (RFC 6749 §3.1). */
function checkNothingRepeats({ parameters }: Unfolded): void {
  if (repeatedParameters(parameters).length === 0) return;
  refusePage({
    status: 400,
    code: 'repeated_parameter',
    title: 'The application asked in a way we cannot trust',
    message: 'A parameter of its request stands there more than once. Tell the people who run the application.',
  });
}

function checkClient(parameters: OAuthParameters, clients: Clients): ClientEntry {
  const id = parameters.one('client_id');
  const client = id === undefined ? undefined : clients.find(id);
  if (client !== undefined) return client;
  refusePage({
    status: 400,
    code: id === undefined ? 'client_id_missing' : 'client_unknown',
    title: 'We do not know this application',
    message: 'Nobody has registered it here, or it was switched off. Tell the people who run it.',
  });
}

/** Exact bytes, loopback port apart (RFC 9700 §2.1, §4.1.3). */
function checkRedirectUri(parameters: OAuthParameters, client: ClientEntry): string {
  const redirectUri = parameters.one('redirect_uri');
  if (redirectUri !== undefined && isRegisteredRedirectUri(client.redirectUris, redirectUri)) return redirectUri;
  const missing = redirectUri === undefined;
  refusePage({
    status: 400,
    code: missing ? 'redirect_uri_missing' : 'redirect_uri_not_registered',
    title: 'We will not send you to this address',
    message: 'The application did not say where to return to, or named an address that nobody registered for it.',
    phrase: missing ? fixedPhrases.redirectUriMissing : fixedPhrases.redirectUriNotRegistered,
    ...(client.uri === undefined ? {} : { back: { href: client.uri, label: `Back to ${client.name}` } }),
  });
}

import { casPeer, type ClientEntry } from '@latchkey/contracts';
import { OAuthError, audiencesOf, claimsFor } from '@latchkey/oauth';
import type { Peers } from '@latchkey/peers';
import type { Clients } from '../clients/clients.ts';
import { isMember } from '../clients/membership.ts';
import type { LivingTokens } from '../introspect/living-token.ts';

interface UserinfoParts {
  readonly living: LivingTokens;
  readonly clients: Clients;
  readonly peers: Peers;
  readonly tenant: string;
  readonly issuer: string;
}

const invalid = () => new OAuthError('invalid_token', 'The access token is unknown, expired or revoked');

/** @see OpenID Connect Core 1.0 §5.3 */
export class UserinfoEndpoint {
  constructor(private readonly parts: UserinfoParts) {}

  async answer(token: string, known: (client: ClientEntry) => void = () => undefined): Promise<Record<string, unknown>> {
    const { living, clients, peers, tenant, issuer } = this.parts;
    const read = await living.read(token);
    // "The resource server MUST validate that the aud claim contains a resource indicator value corresponding to … itself" (RFC 9068 §4)
    if (read === null || !audiencesOf(read).includes(issuer)) throw invalid();
    const client = clients.find(read.client_id);
    if (client === undefined) throw invalid();
    known(client);
    const scopes = read.scope.split(' ').filter((scope) => client.scopes.includes(scope));
    if (!scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid');
    const found = await living.alive(read);
    if (found?.grant == null) throw invalid();
    const { subject } = found.grant.authentication;
    const { claims: person } = await peers.to(casPeer).claims({ tenant, subject });
    if (person === null || !isMember(client, person.groups)) throw invalid();
    return claimsFor(scopes, { subject, ...person });
  }
}

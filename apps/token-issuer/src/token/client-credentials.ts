import { OAuthError, STANDARD_SCOPES, targetResource } from '@latchkey/oauth';
import type { Database } from '@latchkey/store';
import type { Clients } from '../clients/clients.ts';
import type { GrantType, Proof, TokenRequest } from './grant-type.ts';

/** @see RFC 6749 §4.4: "MUST only be used by confidential clients" */
export class ClientCredentialsGrant implements GrantType {
  readonly name = 'client_credentials';

  constructor(
    private readonly clients: Clients,
    private readonly database: Pick<Database, 'assertReachable'>,
  ) {}

  check({ client }: TokenRequest): void {
    if (client.authentication === 'none') throw new OAuthError('unauthorized_client', 'Only confidential clients may use this grant type');
  }

  async prove({ client, parameters, resource }: TokenRequest): Promise<Proof> {
    await this.database.assertReachable();
    const own = client.scopes.filter((scope) => !isAboutPerson(scope));
    const scope = parameters.one('scope');
    if (scope?.split(' ').some(isAboutPerson)) throw new OAuthError('invalid_scope', 'One of these scopes is about a person, and there is none');
    const [named] = resource;
    const byDefault = named === undefined ? own : this.clients.scopesAt(named, own);
    if (scope === undefined && byDefault.length === 0) return this.bare(client.resources, resource);
    const asked = this.clients.asked(client, scope ?? byDefault.join(' '), resource);
    targetResource(resource, asked.resources);
    return { grant: null, ...asked, nonce: undefined };
  }

  /** No scope at all: the token says who the client is, no more. */
  private bare(allowed: readonly string[], resource: readonly string[]): Proof {
    const { resource: target } = targetResource(resource, resource.length > 0 ? allowed : []);
    return { grant: null, scopes: [], resources: target === null ? [] : [target], nonce: undefined };
  }
}

function isAboutPerson(scope: string): boolean {
  return Object.hasOwn(STANDARD_SCOPES, scope);
}

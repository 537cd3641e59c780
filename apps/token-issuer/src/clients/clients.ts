import type { ClientEntry, ResourceEntry } from '@latchkey/contracts';
import { STANDARD_SCOPES, isSubset, requestedResources, requestedScopes, OAuthError } from '@latchkey/oauth';

/** What this room reads of the registry; RegistryCopy is one. */
export interface Registry {
  client(id: string): ClientEntry | undefined;
  clients(): ClientEntry[];
  resource(id: string): ResourceEntry | undefined;
  resources(): ResourceEntry[];
}

export interface ScopesAndResources {
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

/** Registered clients and the scopes they may ask for. Answers from memory. */
export class Clients {
  constructor(private readonly registry: Registry) {}

  /** A disabled client is like none. */
  find(id: string): ClientEntry | undefined {
    const client = this.registry.client(id);
    return client?.enabled === true ? client : undefined;
  }

  nameOf(id: string): string {
    return this.registry.client(id)?.name ?? id;
  }

  resourceScopes(): string[] {
    return this.registry.resources().flatMap((resource) => resource.scopes.map(({ name }) => name));
  }

  /** Origins that may read answers to `client`; to any client, while a preflight has not said which. */
  isOriginOf(origin: string, client?: ClientEntry): boolean {
    const clients = client === undefined ? this.registry.clients() : [client];
    return clients.some(({ enabled, redirectUris }) => enabled && redirectUris.some((uri) => new URL(uri).origin === origin));
  }

  /**
   * What a request asks for, as far as this client may ask it. A resource that no request named follows from its scopes.
   * @see RFC 8707 §2 · RFC 6749 §3.3
   */
  asked(client: ClientEntry, scope: string | undefined, resource: readonly string[]): ScopesAndResources {
    const named = requestedResources(resource, client.resources);
    if (!named.every((id) => this.registry.resource(id) !== undefined)) throw new OAuthError('invalid_target', 'This resource is not known here');
    const known = new Set([...Object.keys(STANDARD_SCOPES), ...this.resourceScopes()]);
    const scopes = requestedScopes(scope, { allowed: client.scopes, known: (name) => known.has(name) });
    const ofResources = scopes.filter((name) => !Object.hasOwn(STANDARD_SCOPES, name));
    if (named.length === 0) return { scopes, resources: this.resourcesFor(client, ofResources) };
    if (!isSubset(ofResources, this.scopesOf(named))) throw new OAuthError('invalid_scope', 'No named resource has one of these scopes');
    return { scopes, resources: named };
  }

  /** What is left of a grant under the registration of now, which may have shrunk since. */
  stillAllowed(client: ClientEntry, { scopes, resources }: ScopesAndResources): ScopesAndResources {
    const left = scopes.filter((scope) => client.scopes.includes(scope));
    const known = resources.filter((id) => this.registry.resource(id) !== undefined);
    if (isSubset(known, client.resources)) return { scopes: left, resources: known };
    const reached = this.resourcesFor(client, left);
    return { scopes: left, resources: known.filter((id) => client.resources.includes(id) || reached.includes(id)) };
  }

  /** Scopes of a token for one resource: those that it defines. */
  scopesAt(resource: string, scopes: readonly string[]): readonly string[] {
    const its = this.scopesOf([resource]);
    return scopes.filter((scope) => its.includes(scope));
  }

  describe(scope: string, resources: readonly string[]): { description: string; resource: string | null } | null {
    for (const id of resources) {
      const resource = this.registry.resource(id);
      const found = resource?.scopes.find(({ name }) => name === scope);
      if (resource !== undefined && found !== undefined) return { description: found.description, resource: resource.name };
    }
    return null;
  }

  /** Is this client the resource server itself, so that it may ask what a token for the resource means? */
  mayIntrospectFor(client: ClientEntry, resource: string): boolean {
    return this.registry.resource(resource)?.introspectedBy?.includes(client.id) === true;
  }

  private resourcesFor(client: ClientEntry, scopes: readonly string[]): string[] {
    const defining = (scope: string) => this.registry.resources().filter((resource) => resource.scopes.some(({ name }) => name === scope));
    const ids = scopes.flatMap((scope) => {
      const all = defining(scope).map(({ id }) => id);
      const mine = all.filter((id) => client.resources.includes(id));
      return mine.length > 0 ? mine : all;
    });
    return [...new Set(ids)];
  }

  private scopesOf(resources: readonly string[]): string[] {
    return resources.flatMap((id) => this.registry.resource(id)?.scopes.map(({ name }) => name) ?? []);
  }
}

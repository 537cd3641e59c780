import type { Participation } from '@latchkey/contracts';
import type { Grant } from '../grants/grant.ts';
import type { Grants } from '../grants/grants.ts';
import type { Registry } from '../clients/clients.ts';

/** Which OIDC clients took part in a session: one line a client and session, from its grants. */
export class Participants {
  constructor(private readonly parts: { grants: Grants; registry: Registry; issuer: string }) {}

  async ofSession(sid: string): Promise<Participation[]> {
    return this.from(await this.parts.grants.ofSession(sid));
  }

  from(grants: readonly Grant[]): Participation[] {
    const seen = new Map<string, Participation>();
    for (const grant of grants) {
      const { sid } = grant.authentication;
      seen.set(`${sid} ${grant.client}`, { ...this.nameAndAddress(grant.client), sid, protocol: 'oidc', at: grant.createdAt.toISOString() });
    }
    return [...seen.values()];
  }

  private nameAndAddress(id: string): Pick<Participation, 'application' | 'applicationName' | 'address'> {
    const client = this.parts.registry.client(id);
    const address = client?.uri ?? client?.redirectUris[0] ?? this.parts.issuer;
    return { application: id, applicationName: client?.name ?? id, address };
  }
}

import { casPeer, type ClientEntry } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';

/** Who may use a client that is for the members of some groups. One rule for every route; any other client costs no ask. */
export class Membership {
  constructor(private readonly options: { peers: Peers; tenant: string }) {}

  async admits(client: ClientEntry, subject: string): Promise<boolean> {
    if (client.groups.length === 0) return true;
    const { peers, tenant } = this.options;
    const { claims } = await peers.to(casPeer).claims({ tenant, subject });
    return isMember(client, claims?.groups ?? []);
  }
}

export function isMember(client: ClientEntry, groups: readonly string[]): boolean {
  return client.groups.length === 0 || groups.some((group) => client.groups.includes(group));
}

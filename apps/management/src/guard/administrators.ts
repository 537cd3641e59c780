import { casPeer } from '@latchkey/contracts';
import type { Peers, SessionReader } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';
import type { Registry } from '../registry/registry.ts';
import type { AccessClaims } from './access-tokens.ts';
import { ADMINISTRATORS, adminAudience } from './built-in.ts';

export type AdminScope = 'admin' | 'admin:read';

/** Who acts, as the audit names them, and what they may do now. */
export interface Actor {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** How long an administrator who was put out of the group may still act. */
const REMEMBER_MS = 1_000;
const MOST_REMEMBERED = 1_000;

/** A token says who somebody was when it was made; whether they are an administrator is asked now. */
export class Administrators {
  private readonly remembered = new Map<string, { allowed: readonly string[]; until: number }>();

  constructor(
    private readonly parts: {
      readonly peers: Peers;
      readonly sessions: SessionReader;
      readonly registry: Registry;
      readonly clock: Clock;
      readonly tenant: string;
      readonly publicUrl: string;
    },
  ) {}

  /** `gone`: the session behind the token is over. `stranger`: a good token of somebody who is no administrator. */
  async actor(claims: AccessClaims): Promise<Actor | 'gone' | 'stranger'> {
    const scopes = claims.scope.split(' ');
    // RFC 9068 §2.2: without a person, sub is the client. A person's subject is ours to make and never a client_id.
    if (claims.sub === claims.client_id) {
      const allowed = await this.remember(`client:${claims.client_id}`, () => this.scopesOfClient(claims.client_id));
      return allowed.length === 0 ? 'stranger' : { name: `client:${claims.client_id}`, scopes: scopes.filter((scope) => allowed.includes(scope)) };
    }
    if (claims.sid !== undefined && !scopes.includes('offline_access') && (await this.parts.sessions.bySid(claims.sid)) === null) return 'gone';
    const allowed = await this.remember(`person:${claims.sub}`, () => this.scopesOfPerson(claims.sub));
    return allowed.length === 0 ? 'stranger' : { name: `person:${claims.sub}`, scopes };
  }

  /** An administrator registered this client for the admin API: no group is needed. */
  private async scopesOfClient(id: string): Promise<readonly string[]> {
    const client = (await this.parts.registry.get('client', id))?.entry;
    const registered =
      client?.enabled === true &&
      client.grantTypes.includes('client_credentials') &&
      client.resources.includes(adminAudience(this.parts.publicUrl));
    return registered ? client.scopes.filter((scope) => scope === 'admin' || scope === 'admin:read') : [];
  }

  private async scopesOfPerson(subject: string): Promise<readonly string[]> {
    const { person } = await this.parts.peers.to(casPeer).findPerson({ tenant: this.parts.tenant, subject, username: null });
    return person?.enabled === true && person.groups.includes(ADMINISTRATORS) ? ['admin', 'admin:read'] : [];
  }

  private async remember(who: string, find: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const now = this.parts.clock.now();
    const known = this.remembered.get(who);
    if (known !== undefined && known.until > now) return known.allowed;
    const allowed = await find();
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    this.remembered.set(who, { allowed, until: now + REMEMBER_MS });
    return allowed;
  }
}

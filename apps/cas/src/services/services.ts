import { serviceMatcher, type ServiceMatch, type ServiceMatcher } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';

export type MatchedService = ServiceMatch<ServiceEntry>;

/** The registered services as this room asks for them. Follows the registry; a lookup is memory. */
export class Services {
  private matcher: ServiceMatcher<ServiceEntry>;
  private readonly whole = new Map<string, MatchedService | null>();

  constructor(
    private readonly registry: RegistryCopy,
    private readonly clock: Clock,
  ) {
    this.matcher = serviceMatcher(registry.services());
    registry.onChange(() => {
      this.matcher = serviceMatcher(registry.services());
      this.whole.clear();
    });
  }

  /** The service that this address belongs to, disabled or not. The most specific entry decides. */
  match(address: string): MatchedService | null {
    return this.matcher.find(address);
  }

  /** The same, if people may enter it. */
  find(address: string): MatchedService | null {
    const found = this.match(address);
    return found !== null && this.isOpen(found.service) ? found : null;
  }

  /**
   * The open service to which every path of this scheme, host and port belongs, however it is read: it is registered at the root,
   * and no other service, open or not, has an address there.
   */
  wholeHost(origin: string): MatchedService | null {
    const root = this.find(`${origin}/`);
    if (root === null || root.service.match !== 'path-prefix' || !root.service.urls.includes(root.url)) return null;
    if (!this.whole.has(origin)) {
      const shared = this.registry.services().some(({ id, urls }) => id !== root.service.id && urls.some((url) => mayBeAt(url, origin)));
      this.whole.set(origin, shared ? null : root);
    }
    return this.whole.get(origin)!;
  }

  /** Whoever registered it may have closed it, or set a day for it. */
  isOpen({ enabled, expiresAt }: ServiceEntry): boolean {
    return enabled && (expiresAt === undefined || Date.parse(expiresAt) > this.clock.now());
  }

  byId(id: string): ServiceEntry | undefined {
    return this.registry.service(id);
  }

  openById(id: string): ServiceEntry | undefined {
    const service = this.byId(id);
    return service !== undefined && this.isOpen(service) ? service : undefined;
  }
}

/** `*` stands for the first label of a host. */
function mayBeAt(url: string, origin: string): boolean {
  const host = /^https?:\/\/[^/?]+/.exec(url)?.[0] ?? '';
  return host === origin || (host.includes('//*.') && origin.replace(/\/\/[^.]+\./, '//*.') === host);
}

/** A sign-in as strong as the service wants? Classes are numbers that ascend with strength (acr). */
export function isStrongEnough({ acr }: ServiceEntry, session: { readonly acr: string }): boolean {
  return acr === undefined || Number(session.acr) >= Number(acr);
}

/** A service that names groups lets in members of one of them only. */
export function admits(service: ServiceEntry, groups: readonly string[]): boolean {
  return service.groups.length === 0 || service.groups.some((group) => groups.includes(group));
}

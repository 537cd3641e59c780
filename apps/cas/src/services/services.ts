import { serviceMatcher, type ServiceMatch, type ServiceMatcher } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';

export type MatchedService = ServiceMatch<ServiceEntry>;

/** The registered services as this room asks for them. Follows the registry; a lookup is memory. */
export class Services {
  private matcher: ServiceMatcher<ServiceEntry>;

  constructor(
    private readonly registry: RegistryCopy,
    private readonly clock: Clock,
  ) {
    this.matcher = serviceMatcher(registry.services());
    registry.onChange(() => {
      this.matcher = serviceMatcher(registry.services());
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

/** A sign-in as strong as the service wants? Classes are numbers that ascend with strength (acr). */
export function isStrongEnough({ acr }: ServiceEntry, session: { readonly acr: string }): boolean {
  return acr === undefined || Number(session.acr) >= Number(acr);
}

/** A service that names groups lets in members of one of them only. */
export function admits(service: ServiceEntry, groups: readonly string[]): boolean {
  return service.groups.length === 0 || service.groups.some((group) => groups.includes(group));
}

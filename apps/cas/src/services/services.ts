import { serviceMatcher, type ServiceMatch, type ServiceMatcher } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';

export type MatchedService = ServiceMatch<ServiceEntry>;

/** The registered services as this room asks for them. Follows the registry; a lookup is memory. */
export class Services {
  private matcher: ServiceMatcher<ServiceEntry>;

  constructor(private readonly registry: RegistryCopy) {
    this.matcher = serviceMatcher(registry.services());
    registry.onChange(() => {
      this.matcher = serviceMatcher(registry.services());
    });
  }

  /** The enabled service that this address belongs to. The most specific entry decides, also when it is disabled. */
  find(address: string): MatchedService | null {
    const found = this.matcher.find(address);
    return found?.service.enabled === true ? found : null;
  }

  byId(id: string): ServiceEntry | undefined {
    return this.registry.service(id);
  }
}

/** A service that names groups lets in members of one of them only. */
export function admits(service: ServiceEntry, groups: readonly string[]): boolean {
  return service.groups.length === 0 || service.groups.some((group) => groups.includes(group));
}

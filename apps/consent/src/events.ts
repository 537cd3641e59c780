import { on, type Listener } from '@latchkey/bus';
import { registryChanged } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';

export function listeners(registry: RegistryCopy): readonly Listener[] {
  return [on.everywhere(registryChanged, () => registry.refresh())];
}

import { on, type Listener } from '@latchkey/bus';
import { registryChanged, sessionEnded } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';
import type { SessionEnded } from './logout/session-ended.ts';

export function listeners(parts: { sessionEnded: SessionEnded; registry: RegistryCopy }): Listener[] {
  return [
    on.once(sessionEnded, (ended, tx) => parts.sessionEnded.handle(ended, tx)),
    on.everywhere(registryChanged, () => parts.registry.refresh()),
  ];
}

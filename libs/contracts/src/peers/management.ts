import { z } from 'zod';
import { registryRow } from '../registry/entries.ts';
import { defineAsk, definePeer } from './define-peer.ts';

export const managementPeer = definePeer('management', {
  /** Everything in the registry newer than `after`, oldest first; `revision` is where the feed stands. */
  registry: defineAsk('/internal/management/registry', {
    request: z.object({ tenant: z.string(), after: z.number().int() }),
    response: z.object({ revision: z.number().int(), rows: z.array(registryRow) }),
    idempotent: true,
  }),
});

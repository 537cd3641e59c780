import { z } from 'zod';
import { defineEvent } from './define-event.ts';

/** The registry moved to `revision`. Only a hint: each consumer asks for what is newer than its own copy. */
export const registryChanged = defineEvent({
  name: 'registry.changed',
  version: 1,
  stream: 'registry',
  key: 'tenant',
  schema: z.object({ tenant: z.string(), revision: z.number().int(), at: z.string() }),
  producer: 'management',
  consumers: ['cas', 'token-issuer', 'consent'],
});

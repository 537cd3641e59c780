import { clientEntry, personEntry, resourceEntry, serviceEntry, type ClientEntry, type PersonEntry, type ResourceEntry, type ServiceEntry } from '@latchkey/contracts';
import { z } from 'zod';

/** In a file a client may hold its secret in clear; what is stored is the hash. */
const declaredClient = clientEntry.extend({
  secret: z
    .string()
    .min(32, 'must be at least 32 characters; `openssl rand -base64 32` makes one')
    .max(256)
    .optional()
    .describe('The client secret in clear; give secretHash instead where others read this file'),
});

const most = (count: number) => ({ error: `there are more than ${count} entries` });

export const declarationSchema = z.strictObject({
  people: z.array(personEntry).max(10_000, most(10_000)).default([]).describe('Who can sign in'),
  services: z.array(serviceEntry).max(10_000, most(10_000)).default([]).describe('Applications that speak CAS'),
  clients: z.array(declaredClient).max(10_000, most(10_000)).default([]).describe('Applications that speak OAuth or OpenID Connect'),
  resources: z.array(resourceEntry).max(1_000, most(1_000)).default([]).describe('APIs that accept access tokens of this Latchkey'),
});

export type WrittenDeclaration = z.output<typeof declarationSchema>;

/** A file that was read and found right. Secrets of clients are hashes from here on. */
export interface Declaration {
  readonly people: readonly PersonEntry[];
  readonly services: readonly ServiceEntry[];
  readonly clients: readonly ClientEntry[];
  readonly resources: readonly ResourceEntry[];
}

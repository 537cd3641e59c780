import { z } from 'zod';

/** Attributes are multi-valued everywhere; a single value is a list of one. */
export const personAttributes = z.record(z.string().min(1).max(64), z.array(z.string().max(1024)).max(100));
export type PersonAttributes = z.output<typeof personAttributes>;

export const username = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\s\p{C}]+$/u, 'must not contain white space or control characters');

/** At most 256 characters and 1,024 bytes, never truncated, no composition rule (NIST SP 800-63B-4 §3.1.1.2). */
export const password = z
  .string()
  .min(1)
  .max(256)
  .refine((value) => new TextEncoder().encode(value).length <= 1024, 'is longer than 1,024 bytes');

export const personEntry = z.strictObject({
  username,
  name: z.string().min(1).max(200).describe('How the person is greeted'),
  password: password.optional().describe('In clear: for a demo only'),
  passwordHash: z
    .string()
    .regex(/^\$argon2id\$/, 'must be an Argon2id hash in PHC form')
    .optional(),
  attributes: personAttributes.default({}).describe('Each attribute is a list of strings'),
  groups: z.array(z.string().min(1).max(64)).max(200).default([]),
  enabled: z.boolean().default(true),
});
export type PersonEntry = z.output<typeof personEntry>;

/** A person as other rooms may see one: no credential. `subject` is opaque and stable. */
export const person = z.object({
  subject: z.string(),
  username: z.string(),
  name: z.string(),
  attributes: personAttributes,
  groups: z.array(z.string()),
  enabled: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Person = z.output<typeof person>;

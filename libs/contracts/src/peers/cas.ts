import { z } from 'zod';
import { person, personAttributes, personEntry } from '../registry/person.ts';
import { defineAsk, definePeer } from './define-peer.ts';
import { deliveriesRequest, deliveriesResponse, participation } from './deliveries.ts';

const tenant = z.string();
const subject = z.string();
/** Refused with 409 where the change would leave no enabled member of this group. */
const keepMemberOf = z.string().nullable().default(null);

export const casPeer = definePeer('cas', {
  /** Creates or replaces a person by username; unchanged input changes nothing. A new password ends the person's sessions. */
  putPerson: defineAsk('/internal/cas/put-person', {
    request: z.object({
      tenant,
      entry: personEntry,
      policy: z
        .enum(['apply', 'declared'])
        .default('apply')
        .describe('declared: the operator wrote the password into a file of their own, and answers for it'),
      keepMemberOf,
    }),
    response: z.object({ person, change: z.enum(['created', 'updated', 'unchanged']) }),
    idempotent: true,
  }),
  findPerson: defineAsk('/internal/cas/find-person', {
    request: z.object({ tenant, subject: subject.nullable(), username: z.string().nullable() }),
    response: z.object({ person: person.nullable() }),
    idempotent: true,
  }),
  listPeople: defineAsk('/internal/cas/list-people', {
    request: z.object({
      tenant,
      search: z.string().max(100).nullable(),
      limit: z.number().int().min(1).max(200),
      after: z.string().nullable().describe('cursor: username of the last row seen'),
    }),
    response: z.object({ people: z.array(person) }),
    idempotent: true,
  }),
  /** When this answers with enabled false, no session of the person is alive and no offline grant refreshes. */
  setEnabled: defineAsk('/internal/cas/set-enabled', {
    request: z.object({ tenant, subject, enabled: z.boolean(), keepMemberOf }),
    response: z.object({ person: person.nullable() }),
    idempotent: true,
  }),
  setPassword: defineAsk('/internal/cas/set-password', {
    request: z.object({ tenant, subject, password: z.string() }),
    response: z.object({ outcome: z.enum(['changed', 'unknown', 'refused']), why: z.string().nullable() }),
    idempotent: true,
  }),
  deletePerson: defineAsk('/internal/cas/delete-person', {
    request: z.object({ tenant, subject, keepMemberOf }),
    response: z.object({ deleted: z.boolean() }),
    idempotent: true,
  }),
  /** Claims of a person, for userinfo. */
  claims: defineAsk('/internal/cas/claims', {
    request: z.object({ tenant, subject }),
    response: z.object({
      claims: z.object({ username: z.string(), name: z.string(), attributes: personAttributes, groups: z.array(z.string()) }).nullable(),
    }),
    idempotent: true,
  }),
  visits: defineAsk('/internal/cas/visits', {
    request: z.object({ tenant, sid: z.string() }),
    response: z.object({ visits: z.array(participation) }),
    idempotent: true,
  }),
  deliveries: defineAsk('/internal/cas/deliveries', {
    request: deliveriesRequest,
    response: deliveriesResponse,
    idempotent: true,
  }),
  /** Puts a parked delivery back to work. */
  retryDelivery: defineAsk('/internal/cas/retry-delivery', {
    request: z.object({ tenant, id: z.string() }),
    response: z.object({ queued: z.boolean() }),
    idempotent: true,
  }),
});

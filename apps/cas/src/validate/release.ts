import { CasError, release } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { Visitor } from '../visits/visits.ts';

/** What a service may know of a person: the attributes that its entry names, and no other. */
export function releasedAttributes(service: ServiceEntry, visitor: Visitor): Map<string, readonly string[]> {
  return release(service.attributes, everyAttribute(visitor));
}

/**
 * The name in `<cas:user>`. A person without the chosen attribute is not named by another one: the service would take the
 * one value for the other, and two people for one.
 */
export function casUser(service: ServiceEntry, visitor: Visitor): string {
  if (service.usernameAttribute === undefined) return visitor.username;
  const [value] = everyAttribute(visitor).get(service.usernameAttribute) ?? [];
  if (value === undefined || value === '') {
    throw new CasError('INVALID_TICKET', 'The person has no value for the attribute by which this service names people');
  }
  if (MISREAD.test(value) || value.trim() !== value) {
    throw new CasError('INVALID_TICKET', 'The value of the attribute by which this service names people cannot be a name');
  }
  return value;
}

/** Where clients end a line or trim, and what XML cannot carry: two people would arrive under one name. */
const MISREAD = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd-\uffff]/u;

/** Computed names win over stored attributes of the same name. */
function everyAttribute(visitor: Visitor): Map<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ...Object.entries(visitor.attributes),
    ['sub', [visitor.subject]],
    ['username', [visitor.username]],
    ['name', [visitor.name]],
    ['groups', visitor.groups],
  ]);
}

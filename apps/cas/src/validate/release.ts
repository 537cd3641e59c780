import { CasError, release } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { Visitor } from '../visits/visits.ts';

/**
 * What a service may know of a person: the attributes that its entry names, and no other; where people are asked first, those to
 * which this one agreed. `agreed`: null where nobody is asked.
 */
export function releasedAttributes(service: ServiceEntry, visitor: Visitor, agreed: ReadonlySet<string> | null): Map<string, readonly string[]> {
  const released = release(service.attributes, everyAttribute(visitor));
  return agreed === null ? released : new Map([...released].filter(([name]) => agreed.has(name)));
}

/**
 * The name in `<cas:user>`. A person without the chosen attribute is not named by another one: the service would take the
 * one value for the other, and two people for one.
 */
export function casUser(service: ServiceEntry, visitor: Visitor, agreed: ReadonlySet<string> | null): string {
  if (service.usernameAttribute === undefined) return visitor.username;
  if (agreed?.has(service.usernameAttribute) === false) {
    throw new CasError('INVALID_TICKET', 'The person has not agreed to be named to this service');
  }
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

import { CasError, release, toldBy, type ReleaseRule } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { Visitor } from '../visits/visits.ts';

/**
 * What a service may know of a person: the attributes that its entry names, and no other; where people are asked first, those to
 * which this one agreed, each by the name of its rule. `agreed`: null where nobody is asked.
 */
export function releasedAttributes(service: ServiceEntry, visitor: Visitor, agreed: ReadonlySet<string> | null): Map<string, readonly string[]> {
  const rules = agreed === null ? service.attributes : service.attributes.filter((rule) => agreed.has(toldBy(rule)));
  return release(rules, everyAttribute(visitor));
}

/** Everything that a service is told besides the sign-in name. What stands in <cas:user> is told as well. */
export function tellingRules({ attributes, usernameAttribute }: ServiceEntry): readonly ReleaseRule[] {
  return usernameAttribute === undefined || attributes.some((rule) => toldBy(rule) === usernameAttribute) ? attributes : [...attributes, usernameAttribute];
}

/** The same with what it is of this person now; what has no value now may have one later. */
export function tellable(service: ServiceEntry, visitor: Visitor): readonly (readonly [name: string, values: readonly string[]])[] {
  const every = everyAttribute(visitor);
  return tellingRules(service).map((rule) => {
    const name = typeof rule === 'string' ? rule : rule.name;
    return [name, release([rule], every).get(name) ?? []];
  });
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

import { access } from './access.ts';
import { readServiceId, type ReadServiceId } from './addresses.ts';
import { attributeRelease } from './attributes.ts';
import { Fields } from './fields.ts';
import type { Value } from './hjson.ts';
import { NotCarriedOver } from './java-regex.ts';
import { proxyCallbacks } from './proxying.ts';
import { Remarks, Untranslatable, shown, type Remark } from './remarks.ts';
import { expiresAt, logout, people, strength, theme } from './small-fields.ts';
import { usernameAttribute } from './username.ts';
import { tellAbsences } from './without-counterpart.ts';
import { faultOf, type AttributeRule, type WrittenService } from './written-service.ts';

export interface Converted {
  /** One for each way of matching that its addresses need; all but the urls are the same. */
  readonly services: readonly WrittenService[];
  readonly description: string;
  /** Some addresses of the definition are not covered. */
  readonly narrowed: boolean;
  readonly remarks: readonly Remark[];
}

/** What is decided by all definitions together. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  /** In place of its own order. */
  readonly order: number | undefined;
}

const ANY_HOST = '.any-host';

/** @throws Untranslatable */
export function convertDefinition(values: ReadonlyMap<string, Value>, identity: Identity): Converted {
  const remarks = new Remarks();
  const definition = new Fields(values, '', remarks);
  refuseOtherKinds(definition);
  const read = addressesOf(definition);
  const { id } = identity;
  const name = displayName(definition, identity.name);
  definition.take('id');
  const description = definition.text('description') ?? '';
  if (description !== '') remarks.add('same', 'description', description, 'stands as a comment above the service');
  const shared = {
    ...order(definition, identity.order),
    ...attributes(definition),
    ...defined('usernameAttribute', usernameAttribute(definition)),
    ...proxy(definition),
    ...defined('logout', logout(definition)),
    ...defined('acr', strength(definition)),
    ...admission(definition),
    ...people(definition),
    ...defined('theme', theme(definition)),
  };
  tellAbsences(definition);
  definition.tellRest();
  const services = read.addresses.map(({ match, urls }, index): WrittenService => ({
    // The second one holds the hosts with a free label.
    id: index === 0 ? id : `${id.slice(0, 64 - ANY_HOST.length)}${ANY_HOST}`,
    name,
    urls: [...urls],
    ...(match === 'exact' ? {} : { match }),
    ...shared,
    ...(remarks.closed ? { enabled: false } : {}),
  }));
  for (const service of services) {
    const fault = faultOf(service);
    if (fault !== null) throw new Untranslatable('the whole', name, `would be refused by the registry: ${fault}`, 'register it by hand');
  }
  return { services, description, narrowed: read.left.length > 0 || read.notes.length > 0, remarks: remarks.all };
}

function refuseOtherKinds(definition: Fields): void {
  const kind = definition.className();
  if (kind === 'RegexRegisteredService' || kind === 'CasRegisteredService') return;
  const todo = OTHER_KINDS[kind] ?? 'see what it is for, and register it by hand';
  throw new Untranslatable('@class', kind === '' ? '(none)' : kind, 'is no definition of a CAS service', todo);
}

const OTHER_KINDS: Readonly<Record<string, string | undefined>> = {
  OidcRegisteredService: 'register it under clients',
  OAuthRegisteredService: 'register it under clients',
  SamlRegisteredService: 'move the application to CAS or OpenID Connect',
  WSFederationRegisteredService: 'move the application to CAS or OpenID Connect',
  RegisteredServiceImpl: 'its serviceId is an Ant pattern: write it as a regular expression, with the class RegexRegisteredService',
};

function addressesOf(definition: Fields): ReadServiceId {
  const pattern = definition.text('serviceId');
  if (pattern === undefined) throw new Untranslatable('serviceId', '', 'is missing', 'write the pattern of its addresses');
  const read = readPattern(definition, pattern);
  if (read.addresses.length === 0) throw new Untranslatable('serviceId', pattern, whyNothing(read), 'register its addresses by hand: scheme and host are literal here, or *.example.org with match: wildcard-host');
  for (const { what, why } of read.left) definition.remarks.add('changed', 'serviceId', what, `${why}: left out`, 'register it as a service of its own if it is in use');
  for (const note of read.notes) definition.remarks.add('changed', 'serviceId', pattern, note, 'see whether every address in use is still covered');
  if (read.addresses.length > 1) definition.remarks.add('changed', 'serviceId', pattern, 'is written as two services, since one has one way of matching', '');
  return read;
}

const REASONS_SHOWN = 3;

function whyNothing({ left }: ReadServiceId): string {
  if (left.length === 0) return 'names no address';
  const reasons = left.slice(0, REASONS_SHOWN).map(({ what, why }) => `${shown(what)} ${why}`);
  return [...reasons, ...(left.length > REASONS_SHOWN ? [`and ${left.length - REASONS_SHOWN} more`] : [])].join('; ');
}

/** @see https://apereo.github.io/cas/development/services/Configuring-Service-Matching-Strategy.html */
function readPattern(definition: Fields, pattern: string): ReadServiceId {
  const strategy = definition.nested('matchingStrategy');
  const kind = strategy?.className() ?? 'FullRegexRegisteredServiceMatchingStrategy';
  const caseInsensitive = strategy?.flag('caseInsensitive') ?? false;
  strategy?.tellRest();
  try {
    if (kind === 'FullRegexRegisteredServiceMatchingStrategy') return readServiceId(pattern);
    if (kind === 'PartialRegexRegisteredServiceMatchingStrategy') return readServiceId(pattern, true);
  } catch (error) {
    if (error instanceof NotCarriedOver) throw new Untranslatable('serviceId', pattern, error.message, 'register its addresses by hand');
    throw error;
  }
  if (kind !== 'LiteralRegisteredServiceMatchingStrategy') throw new Untranslatable('matchingStrategy', kind, 'is not known to this import', 'register its addresses by hand');
  const url = caseInsensitive ? pattern.replace(/^[a-z]+:\/\/[^/?#]*/i, (origin) => origin.toLowerCase()) : pattern;
  return { addresses: [{ match: 'exact', urls: [url] }], left: [], notes: [] };
}

function displayName(definition: Fields, fallback: string): string {
  const given = definition.text('name');
  if (given === undefined) definition.remarks.add('changed', 'name', '', `is missing; "${fallback}" is taken from the name of the file`, 'write the name that people know');
  const name = given ?? fallback;
  if (name.length > 100) definition.remarks.add('changed', 'name', name, 'a name holds 100 characters; the rest is cut off', '');
  return name.slice(0, 100);
}

const MOST_ORDER = 1_000_000;

function order(definition: Fields, numbered: number | undefined): Pick<WrittenService, 'order'> {
  const written = definition.take('evaluationOrder');
  if (numbered !== undefined) return { order: numbered };
  const given = Number(written ?? 0);
  if (Number.isInteger(given) && Math.abs(given) <= MOST_ORDER) return given === 0 ? {} : { order: given };
  const kept = Number.isNaN(given) ? 0 : Math.max(-MOST_ORDER, Math.min(MOST_ORDER, Math.trunc(given)));
  definition.remarks.add('changed', 'evaluationOrder', written, `is taken as ${kept}: an order is a whole number within a million of 0`, 'give the services that overlap smaller numbers');
  return kept === 0 ? {} : { order: kept };
}

function attributes(definition: Fields): Pick<WrittenService, 'attributes' | 'attributeConsent'> {
  const { rules, consent } = attributeRelease(definition);
  const kept = rules.filter((rule, index) => isKept(definition, rule, rules.slice(0, index)));
  return { ...(kept.length === 0 ? {} : { attributes: kept.map(brief) }), ...(consent ? { attributeConsent: true } : {}) };
}

const LONGEST_NAME = 64;
/** What Latchkey gives everybody, whatever stands in their attributes. */
const COMPUTED = ['sub', 'username', 'name', 'groups'];

function isKept({ remarks }: Fields, { name, from = name, values }: AttributeRule, before: readonly AttributeRule[]): boolean {
  const field = 'attributeReleasePolicy';
  if (before.some((other) => other.name === name)) {
    remarks.add('changed', field, name, 'stands twice; the first is taken', 'see which of the two the service needs');
    return false;
  }
  if (name.length > LONGEST_NAME || from.length > LONGEST_NAME) {
    remarks.add('lost', field, name, `the name of an attribute holds ${LONGEST_NAME} characters`, 'let the application take a shorter one');
    return false;
  }
  if (values === undefined && COMPUTED.includes(from) && !(from === 'username' && name !== from)) {
    remarks.add('changed', field, from, 'is given by Latchkey itself, whatever CAS had under this name', 'see docs/migrate-from-apereo-cas.md, and name another attribute if it has to be that one');
  }
  return true;
}

function brief(rule: AttributeRule): string | AttributeRule {
  return Object.keys(rule).length === 1 ? rule.name : rule;
}

function proxy(definition: Fields): Pick<WrittenService, 'proxy'> {
  const pgtUrls = proxyCallbacks(definition);
  return pgtUrls.length === 0 ? {} : { proxy: { allowed: true, pgtUrls: [...pgtUrls] } };
}

function admission(definition: Fields): Pick<WrittenService, 'groups' | 'enabled' | 'expiresAt'> {
  const { enabled, groups } = access(definition);
  return { ...(groups.length === 0 ? {} : { groups: [...groups] }), ...defined('expiresAt', expiresAt(definition)), ...(enabled ? {} : { enabled: false }) };
}

function defined<Key extends keyof WrittenService, Given>(key: Key, value: Given | undefined): { readonly [Name in Key]?: Given } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Name in Key]?: Given });
}

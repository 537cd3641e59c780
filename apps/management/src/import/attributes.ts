import { attributeFilter } from './attribute-filter.ts';
import { attributeConsent } from './attribute-consent.ts';
import type { Fields } from './fields.ts';
import type { AttributeRule } from './written-service.ts';

export interface Release {
  /** By name; a rule that only names its attribute is written as the name. */
  readonly rules: readonly AttributeRule[];
  readonly consent: boolean;
}

/** What a service is told of a person. @see https://apereo.github.io/cas/development/integration/Attribute-Release-Policies.html */
export function attributeRelease(definition: Fields): Release {
  const policy = definition.nested('attributeReleasePolicy');
  return policy === undefined ? { rules: [], consent: false } : released(policy);
}

function released(policy: Fields): Release {
  const kind = policy.className();
  if (CHAINS.test(kind)) return chained(policy);
  const activation = policy.nested('activationCriteria');
  const convert = POLICIES[kind];
  if (convert === undefined || activation !== undefined) {
    const why = convert === undefined ? `by ${kind || 'a policy without a class'} have no counterpart` : 'under a condition (activationCriteria) have no counterpart';
    policy.remarks.add('lost', policy.path, kind, `attributes that are released ${why}: none of them is released`, 'name the attributes that the service needs under attributes');
    return { rules: [], consent: false };
  }
  const principalId = policy.text('principalIdAttribute');
  const rules = attributeFilter(policy, convert(policy));
  const consent = attributeConsent(policy);
  tellCommon(policy);
  policy.tellRest();
  return { rules: principalId === undefined ? rules : [...rules, { name: principalId, from: 'username' }], consent };
}

/** `ReturnMultiMappedAttributeReleasePolicy` is a heading of the documentation: its class is ReturnMapped. */
const POLICIES: Readonly<Record<string, ((policy: Fields) => readonly AttributeRule[]) | undefined>> = {
  DenyAllAttributeReleasePolicy: () => [],
  ReturnAllAttributeReleasePolicy: all,
  ReturnAllowedAttributeReleasePolicy: allowed,
  ReturnMappedAttributeReleasePolicy: mapped,
  ReturnMultiMappedAttributeReleasePolicy: mapped,
  ReturnStaticAttributeReleasePolicy: fixed,
  ReturnLinkedAttributeReleasePolicy: linked,
  ReturnEncryptedAttributeReleasePolicy: encrypted,
};
const CHAINS = /^(?:Chaining|ReturnMultiple)AttributeReleasePolicy$/;

function all(policy: Fields): readonly AttributeRule[] {
  const excluded = policy.texts('excludedAttributes');
  const but = excluded.length === 0 ? '' : `, but ${excluded.join(', ')}`;
  policy.remarks.add('lost', policy.path, `everything${but}`, 'here an attribute is released by its name alone, so none is', 'name the attributes that the service needs under attributes');
  return [];
}

function allowed(policy: Fields): readonly AttributeRule[] {
  return policy.texts('allowedAttributes').flatMap((name) => (isComputed(policy, 'allowedAttributes', name) ? [] : [{ name }]));
}

function mapped(policy: Fields): readonly AttributeRule[] {
  const sources = policy.nested('allowedAttributes');
  return (sources?.names() ?? []).filter(isNoClass).flatMap((from) =>
    sources!.texts(from).flatMap((name) => {
      if (isComputed(policy, `allowedAttributes.${from}`, name)) return [];
      return [name === from ? { name } : { name, from }];
    }),
  );
}

function fixed(policy: Fields): readonly AttributeRule[] {
  const given = policy.nested('allowedAttributes');
  return (given?.names() ?? []).filter(isNoClass).flatMap((name) => {
    const values = given!.texts(name);
    if (values.some((value) => isComputed(policy, `allowedAttributes.${name}`, value)) || values.length === 0) return [];
    return [{ name, values: [...values] }];
  });
}

function linked(policy: Fields): readonly AttributeRule[] {
  const links = policy.nested('allowedAttributes');
  return (links?.names() ?? []).filter(isNoClass).flatMap((name) => {
    const [from, ...others] = links!.texts(name);
    if (from === undefined || isComputed(policy, `allowedAttributes.${name}`, from)) return [];
    if (others.length > 0) {
      policy.remarks.add('changed', policy.named(`allowedAttributes.${name}`), [from, ...others], `is taken from ${from} alone; the others were asked where that was missing`, 'give every person the first one');
    }
    return [name === from ? { name } : { name, from }];
  });
}

function encrypted(policy: Fields): readonly AttributeRule[] {
  const names = policy.texts('allowedAttributes');
  policy.remarks.add('lost', policy.named('allowedAttributes'), names, 'attributes are not encrypted for a service here, and were not to go in the clear: none is released', 'if https is enough, name them under attributes');
  return [];
}

/** Rules of several policies under one name: which one counts says the merging policy. */
function chained(chain: Fields): Release {
  const merging = (chain.text('mergingPolicy') ?? 'replace').toLowerCase();
  const policies = chain.nestedList('policies').map((policy, index) => ({ policy, index, order: Number(policy.text('order') ?? 0) }));
  policies.sort((a, b) => a.order - b.order || a.index - b.index);
  const releases = policies.map(({ policy }) => released(policy));
  const rules = new Map<string, AttributeRule>();
  for (const rule of releases.flatMap((release) => release.rules)) {
    const other = rules.get(rule.name);
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(rule) && !['replace', 'add'].includes(merging)) {
      chain.remarks.add('lost', chain.named('mergingPolicy'), merging, `the values of ${rule.name} from several policies are not put together here; those of the first are released`, 'see whether the service needs the others');
    } else if (other === undefined || merging === 'replace') rules.set(rule.name, rule);
  }
  const consents = releases.some(({ consent }) => consent);
  if (consents && !releases.every(({ consent }) => consent)) {
    chain.remarks.add('changed', chain.named('policies'), 'consentPolicy', 'people are asked about all attributes of this service, where only some policies asked', '');
  }
  tellCommon(chain);
  chain.tellRest();
  return { rules: [...rules.values()], consent: consents };
}

/** Groovy, a file or a Spring expression in place of a name or value. */
function isComputed(policy: Fields, field: string, text: string): boolean {
  if (!/^\s*groovy\s*\{|^(?:file|classpath):|[#$]\{.*\}/s.test(text)) return false;
  policy.remarks.add('lost', policy.named(field), text, 'nothing is computed here when attributes are released', 'give people an attribute with that value, and name it under attributes');
  return true;
}

function tellCommon(policy: Fields): void {
  policy.expect('authorizedToReleaseCredentialPassword', [false], 'lost', 'passwords are released to nobody here', 'the application has to do without');
  policy.expect('authorizedToReleaseProxyGrantingTicket', [false], 'lost', 'a proxy-granting ticket goes to the callback address only', 'let the application use pgtUrl');
  policy.expect('authorizedToReleaseAuthenticationAttributes', [true], 'lost', 'authenticationDate, isFromNewLogin and longTermAuthenticationRequestTokenUsed always go along (CAS 3.0, appendix A)', '');
  policy.expect('excludeDefaultAttributes', [true], 'lost', 'there are no attributes that go to every service here', 'name those that came by default (cas.authn.attribute-repository.core.default-attributes-to-release) under attributes');
  policy.expect('principalAttributesRepository', [], 'lost', 'attributes are always those that the person has now', '');
  policy.expect('order', [0], 'same', 'says what holds here anyway', '');
}

function isNoClass(name: string): boolean {
  return name !== '@class';
}

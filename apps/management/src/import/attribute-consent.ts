import type { Fields } from './fields.ts';

/** Whether people are asked before attributes go out. @see https://apereo.github.io/cas/development/integration/Attribute-Release-Consent-Activation.html */
export function attributeConsent(policy: Fields): boolean {
  const consent = policy.nested('consentPolicy');
  if (consent === undefined) return false;
  const kind = consent.className();
  // A policy that cannot be read was there to ask, so people are asked.
  if (kind !== 'DefaultRegisteredServiceConsentPolicy') {
    consent.remarks.add('changed', consent.path, kind, 'people are asked about all attributes, once', 'take attributeConsent away if nobody is to be asked');
    return true;
  }
  const status = (consent.text('status') ?? 'UNDEFINED').toUpperCase();
  const enabled = consent.flag('enabled');
  for (const name of ['excludedAttributes', 'includeOnlyAttributes', 'excludedServices']) {
    consent.expect(name, [], 'changed', 'people are asked about all attributes of a service, or about none', '');
  }
  consent.take('order');
  consent.tellRest();
  if (status === 'UNDEFINED' && enabled === undefined) {
    consent.remarks.add('changed', consent.named('status'), status, 'left the decision to the server; here nobody is asked', 'set attributeConsent: true if people are to be asked');
  }
  return status === 'TRUE' || (status === 'UNDEFINED' && enabled === true);
}

import { CasError } from './errors.ts';
import { personAttributesOf, type Rendered, type Validation, type ValidationSuccess } from './validation.ts';
import { element, textXml } from './xml.ts';

export interface SamlAnswerContext {
  readonly issuer: string;
  /** Ids of the response and of the assertion: XML IDs, unique. */
  readonly ids: readonly [string, string];
  readonly now: Date;
  readonly service: string;
  readonly requestId: string | null;
}

/** An assertion is for the one who just asked; what clients allow for clocks that differ is less than this. */
const VALID_MS = 30_000;
const ATTRIBUTES = 'http://www.ja-sig.org/products/cas/';

/** A SAML 1.1 response in SOAP. @see CAS Protocol 3.0 §4.2; SAML 1.1 Core §2, §3.4 */
export function renderSaml(validation: Validation, context: SamlAnswerContext): Rendered {
  const response = element(
    'saml1p:Response',
    {
      'xmlns:saml1p': 'urn:oasis:names:tc:SAML:1.0:protocol',
      ...(context.requestId !== null && { InResponseTo: context.requestId }),
      IssueInstant: context.now.toISOString(),
      MajorVersion: '1',
      MinorVersion: '1',
      Recipient: context.service,
      ResponseID: context.ids[0],
    },
    validation instanceof CasError ? status('saml1p:RequestDenied', `${validation.code}: ${validation.message}`) : status('saml1p:Success') + assertion(validation, context),
  );
  return {
    contentType: 'text/xml; charset=utf-8',
    body: element('SOAP-ENV:Envelope', { 'xmlns:SOAP-ENV': 'http://schemas.xmlsoap.org/soap/envelope/' }, element('SOAP-ENV:Body', {}, response)),
  };
}

function status(code: string, message?: string): string {
  return element(
    'saml1p:Status',
    {},
    element('saml1p:StatusCode', { Value: code }, '') + (message === undefined ? '' : element('saml1p:StatusMessage', {}, textXml(message))),
  );
}

function assertion(success: ValidationSuccess, { issuer, ids, now, service }: SamlAnswerContext): string {
  const subject = element(
    'saml1:Subject',
    {},
    element('saml1:NameIdentifier', {}, textXml(success.user)) +
      element('saml1:SubjectConfirmation', {}, element('saml1:ConfirmationMethod', {}, 'urn:oasis:names:tc:SAML:1.0:cm:artifact')),
  );
  const conditions = element(
    'saml1:Conditions',
    { NotBefore: new Date(now.getTime() - VALID_MS).toISOString(), NotOnOrAfter: new Date(now.getTime() + VALID_MS).toISOString() },
    element('saml1:AudienceRestrictionCondition', {}, element('saml1:Audience', {}, textXml(service))),
  );
  const authentication = element(
    'saml1:AuthenticationStatement',
    { AuthenticationInstant: success.authenticatedAt.toISOString(), AuthenticationMethod: 'urn:oasis:names:tc:SAML:1.0:am:unspecified' },
    subject,
  );
  return element(
    'saml1:Assertion',
    {
      'xmlns:saml1': 'urn:oasis:names:tc:SAML:1.0:assertion',
      AssertionID: ids[1],
      IssueInstant: now.toISOString(),
      Issuer: issuer,
      MajorVersion: '1',
      MinorVersion: '1',
    },
    conditions + authentication + element('saml1:AttributeStatement', {}, subject + attributes(success)),
  );
}

function attributes(success: ValidationSuccess): string {
  const own: [string, readonly string[]][] = [
    ['isFromNewLogin', [String(success.fromNewLogin)]],
    ['authenticationDate', [success.authenticatedAt.toISOString()]],
    ['longTermAuthenticationRequestTokenUsed', [String(success.longTerm)]],
  ];
  return [...own, ...personAttributesOf(success)]
    .map(([name, values]) =>
      element(
        'saml1:Attribute',
        { AttributeName: name, AttributeNamespace: ATTRIBUTES },
        values.map((value) => element('saml1:AttributeValue', {}, textXml(value))).join(''),
      ),
    )
    .join('');
}

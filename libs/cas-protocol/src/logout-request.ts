import { element, textXml } from './xml.ts';

export interface LogoutRequest {
  /** Unique a delivery, the same for each of its attempts. An XML ID: begins with a letter or underscore. */
  readonly id: string;
  readonly issuedAt: Date;
  readonly user: string;
  /** The service ticket by which the service knows this sign-in. */
  readonly ticket: string;
}

/** The SAML logout request of single logout. @see CAS Protocol 3.0 §2.3.3, Appendix C */
export function logoutRequestXml(request: LogoutRequest): string {
  return element(
    'samlp:LogoutRequest',
    {
      'xmlns:samlp': 'urn:oasis:names:tc:SAML:2.0:protocol',
      'xmlns:saml': 'urn:oasis:names:tc:SAML:2.0:assertion',
      ID: request.id,
      Version: '2.0',
      IssueInstant: request.issuedAt.toISOString(),
    },
    element('saml:NameID', {}, textXml(request.user)) + element('samlp:SessionIndex', {}, textXml(request.ticket)),
  );
}

/** The form body. Encoded with %20, never `+`: services decode it by hand as often as by a form parser. */
export function logoutRequestForm(request: LogoutRequest): string {
  return `logoutRequest=${encodeURIComponent(logoutRequestXml(request))}`;
}

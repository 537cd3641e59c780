export { CasError, CAS_ERROR_CODES, type CasErrorCode } from './errors.ts';
export {
  formatOf,
  parseLoginParameters,
  parseProxyParameters,
  parseValidateParameters,
  LOGIN_METHODS,
  type LoginMethod,
  type LoginParameters,
  type Pairs,
  type ProxyParameters,
  type ValidateParameters,
} from './parameters.ts';
export { originOf, parseServiceUrl, serviceUrlFault, withArtifact, withTicket, withoutServletSession, MAX_SERVICE_URL, type ServiceUrl } from './service-url.ts';
export { MATCHES, servicePatternFault, type Match } from './service-pattern.ts';
export { serviceMatcher, type RegisteredUrls, type ServiceMatch, type ServiceMatcher } from './service-match.ts';
export { isProxyGrantingTicket, newTicketId, ticketPrefix, ticketWeek, ticketKind, type IssuedKind, type TicketKind } from './ticket-id.ts';
export { type Rendered, type Validation, type ValidationSuccess } from './validation.ts';
export { renderJson, renderProxyJson, renderProxyXml, renderText, renderXml } from './render.ts';
export { logoutRequestForm, logoutRequestXml, type LogoutRequest } from './logout-request.ts';
export { attributePatternFault, release, toldBy, type ReleaseRule } from './attribute-release.ts';
export { callbackAddress, type ProxyAnswer } from './proxy.ts';
export { parseSamlValidate, type SamlValidateRequest } from './saml-request.ts';
export { renderSaml, type SamlAnswerContext } from './render-saml.ts';

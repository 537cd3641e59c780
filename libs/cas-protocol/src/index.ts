export { CasError, CAS_ERROR_CODES, type CasErrorCode } from './errors.ts';
export {
  formatOf,
  parseLoginParameters,
  parseValidateParameters,
  type LoginParameters,
  type Pairs,
  type ValidateParameters,
} from './parameters.ts';
export { originOf, parseServiceUrl, serviceUrlFault, withTicket, MAX_SERVICE_URL, type ServiceUrl } from './service-url.ts';
export { MATCHES, servicePatternFault, type Match } from './service-pattern.ts';
export { serviceMatcher, type RegisteredUrls, type ServiceMatch, type ServiceMatcher } from './service-match.ts';
export { newTicketId, ticketPrefix, ticketWeek, ticketKind, type TicketKind } from './ticket-id.ts';
export { type Rendered, type Validation, type ValidationSuccess } from './validation.ts';
export { renderJson, renderText, renderXml } from './render.ts';
export { logoutRequestForm, logoutRequestXml, type LogoutRequest } from './logout-request.ts';
export { attributePatternFault, release, type ReleaseRule } from './attribute-release.ts';

export { OAuthError, OAUTH_ERRORS, type OAuthErrorCode } from './errors.ts';
export { readParameters, repeatedParameters, type OAuthParameters } from './parameters.ts';
export { isRegisteredRedirectUri } from './redirect-uri.ts';
export { challengeOf, requireS256 } from './pkce.ts';
export { STANDARD_SCOPES, isSubset, narrowedScopes, parseScope, requestedScopes } from './scope.ts';
export { requestedResources, targetResource } from './resource.ts';
export { mustAuthenticate, parseMaxAge, parsePrompt, type Freshness, type Prompt } from './prompt.ts';
export {
  errorResponse,
  parseResponseMode,
  responseLocation,
  successResponse,
  type AuthorizationResponse,
  type ResponseMode,
} from './response.ts';
export { newSealKey, seal, unseal, type SealKey, type SealRing } from './seal.ts';
export { formatRefreshToken, parseRefreshToken, type MacKey, type RefreshToken } from './refresh-token.ts';
export {
  isAuthenticated,
  readClientClaim,
  type ClientAuthenticationMethod,
  type ClientClaim,
  type RegisteredAuthentication,
} from './client-authentication.ts';
export { readBearer } from './bearer.ts';
export { SIGNING_ALGS, signJwt, verifyOwnJwt, type JwtType, type SigningAlg, type SigningKey, type VerificationKey } from './jwt.ts';
export { atHash, idTokenClaims, type Authentication, type IdTokenInput } from './id-token.ts';
export {
  audiencesOf,
  grantOf,
  readAccessToken,
  sealAccessToken,
  signAccessToken,
  type AccessTokenClaims,
  type AccessTokenRules,
} from './access-token.ts';
export { LOGOUT_TOKEN_LIFETIME_SECONDS, logoutTokenClaims, type LogoutTokenInput } from './logout-token.ts';
export { readIdTokenHint, type IdTokenHint } from './id-token-hint.ts';
export { isPublished, publicJwks, thumbprint, type KeyState, type PublishedKey } from './jwks.ts';
export { discoveryDocument } from './discovery.ts';
export { claimsFor, type KnownPerson } from './claims.ts';
export { isPeriod, nextPeriod, periodOf, weeksAgo } from './period.ts';

import { SIGNING_ALGS } from './jwt.ts';
import { RESPONSE_MODES } from './response.ts';
import { STANDARD_SCOPES } from './scope.ts';

/**
 * One document for both well-known addresses; every member is a standard one.
 * @see OpenID Connect Discovery 1.0 §3 · RFC 8414 §2 · RFC 9207 §3 · Back-Channel Logout 1.0 §2.1 · RP-Initiated Logout 1.0 §2.1
 */
export function discoveryDocument(issuer: string, resourceScopes: readonly string[]): Record<string, unknown> {
  const at = (path: string) => `${issuer}/oauth2/${path}`;
  const authentication = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    jwks_uri: at('jwks'),
    introspection_endpoint: at('introspect'),
    revocation_endpoint: at('revoke'),
    end_session_endpoint: at('logout'),
    scopes_supported: [...new Set([...Object.keys(STANDARD_SCOPES), ...resourceScopes])],
    response_types_supported: ['code'],
    response_modes_supported: [...RESPONSE_MODES],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [...authentication, 'none'],
    introspection_endpoint_auth_methods_supported: authentication,
    revocation_endpoint_auth_methods_supported: [...authentication, 'none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...SIGNING_ALGS],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    claim_types_supported: ['normal'],
    claims_supported: [
      ...new Set(['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'amr', 'nonce', 'sid', ...Object.values(STANDARD_SCOPES).flat()]),
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: false,
  };
}

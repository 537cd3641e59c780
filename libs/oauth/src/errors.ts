/**
 * Registered error codes and the status each one travels with.
 * @see RFC 6749 §4.1.2.1, §5.2 · RFC 6750 §3.1 · RFC 7009 §2.2.1 · RFC 8707 §2 · OpenID Connect Core 1.0 §3.1.2.6
 */
export const OAUTH_ERRORS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  access_denied: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  login_required: 400,
  consent_required: 400,
  interaction_required: 400,
  account_selection_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  registration_not_supported: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  unsupported_token_type: 400,
} as const;

export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

/** The description is read by the caller; whatever must stay inside goes into `cause`. */
export class OAuthError extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: OAuthErrorCode,
    readonly description: string,
    options: { cause?: unknown; status?: number; retryAfterSeconds?: number } = {},
  ) {
    super(`${code}: ${description}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'OAuthError';
    this.status = options.status ?? OAUTH_ERRORS[code];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** @see RFC 6749 §5.2: error_description keeps to %x20-21 / %x23-5B / %x5D-7E */
  body(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.description.replace(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, ' ') };
  }
}

/** Names that requests, conformance scripts and password managers rely on: they never change with language or theme. */
export const formTokenField = 'csrf';
export const submitButtonId = 'submit-button';
export const cancelButtonId = 'cancel-button';
/** Name of the two buttons of the consent page; the values are `allow` and `deny`. */
export const decisionField = 'decision';

/** Phrases that stand on a page in every language, so that a machine finds them. */
export const fixedPhrases = {
  redirectUriMissing: 'redirect_uri is missing',
  redirectUriNotRegistered: 'redirect_uri is not registered for this client',
  postLogoutRedirectUriNotRegistered: 'post_logout_redirect_uri is not registered for this client',
  idTokenHintInvalid: 'id_token_hint is invalid',
  idTokenHintUnknownClient: 'id_token_hint was issued to an unknown client',
  signedOut: 'Signed out',
} as const;

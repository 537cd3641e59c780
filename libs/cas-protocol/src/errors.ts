/** Codes of an authentication or proxy failure. @see CAS Protocol 3.0 §2.5.3, §2.7.2 */
export const CAS_ERROR_CODES = [
  'INVALID_REQUEST',
  'INVALID_TICKET_SPEC',
  'UNAUTHORIZED_SERVICE',
  'UNAUTHORIZED_SERVICE_PROXY',
  'INVALID_PROXY_CALLBACK',
  'INVALID_TICKET',
  'INVALID_SERVICE',
  'INTERNAL_ERROR',
] as const;
export type CasErrorCode = (typeof CAS_ERROR_CODES)[number];

/** A failure that the calling service is told. `message` is for the caller; secrets and internals go in `cause`. */
export class CasError extends Error {
  constructor(
    readonly code: CasErrorCode,
    description: string,
    options?: { cause?: unknown },
  ) {
    super(description, options);
    this.name = 'CasError';
  }
}

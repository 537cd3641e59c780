import type { CasError } from './errors.ts';

export interface ValidationSuccess {
  readonly user: string;
  readonly authenticatedAt: Date;
  readonly fromNewLogin: boolean;
  /** The session was begun to be remembered for long. @see CAS Protocol 3.0 §4.1 */
  readonly longTerm: boolean;
  /** Callback addresses of the proxies on the way, the last one first; none for a service ticket. @see CAS Protocol 3.0 §2.6.2 */
  readonly proxies: readonly string[];
  /** Names the proxy-granting ticket that went to the callback. @see CAS Protocol 3.0 §2.5.4 */
  readonly proxyGrantingTicketIou: string | null;
  /** Released attributes; each has one value or more. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export type Validation = ValidationSuccess | CasError;

export interface Rendered {
  readonly contentType: string;
  readonly body: string;
}

/** Names that the protocol itself gives; an attribute of a person never stands for them. @see CAS Protocol 3.0 Appendix A */
export const PROTOCOL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'authenticationDate',
  'longTermAuthenticationRequestTokenUsed',
  'isFromNewLogin',
]);

export function personAttributesOf(success: ValidationSuccess): [string, readonly string[]][] {
  return [...success.attributes].filter(([name, values]) => values.length > 0 && !PROTOCOL_ATTRIBUTES.has(name));
}

import type { ClientEntry } from '@latchkey/contracts';
import type { OAuthParameters } from '@latchkey/oauth';
import type { Grant } from '../grants/grant.ts';

export interface TokenRequest {
  readonly client: ClientEntry;
  readonly parameters: OAuthParameters;
  /** At most one `resource`. */
  readonly resource: readonly string[];
}

/** What a grant type has proved: what the tokens may say. */
export interface Proof {
  /** null: no person stands behind it. */
  readonly grant: Grant | null;
  /** What the access token may do, before it is narrowed to its resource. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly nonce: string | undefined;
}

/** The part of the token endpoint in which grant types differ. Shared steps are in token.ts and cannot be forgotten here. */
export interface GrantType {
  readonly name: ClientEntry['grantTypes'][number];
  /** Refuses before anything is looked up or used. */
  check(request: TokenRequest): void;
  /** Uses up what the client presents. */
  prove(request: TokenRequest): Promise<Proof>;
}

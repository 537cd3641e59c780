import type { PageContext } from '../context.ts';

/** What stands after a sign-in that no application asked for. */
export interface SignedInProps {
  readonly name: string;
  readonly username: string;
  /** When the session started, ISO 8601. */
  readonly since: string;
  readonly accountUrl: string;
  readonly signOutUrl: string;
}

export function signedInPage(props: SignedInProps, context: PageContext): string {
  throw new Error(`${props.name} ${context.nonce}`);
}

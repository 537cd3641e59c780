import type { Link, Maybe, PageContext } from '../context.ts';

export interface SignedOutProps {
  readonly applications: readonly SignedOutApplication[];
  /** The page asks for itself again after so many seconds while an application is still `trying`. */
  readonly refreshSeconds?: Maybe<number>;
  /** A way on: back to the application that asked, or to sign in again. */
  readonly continueTo?: Maybe<Link>;
  readonly signInUrl?: Maybe<string>;
}

export interface SignedOutApplication {
  readonly name: string;
  /** `unreachable`: it could not be told, the person closes it. */
  readonly state: 'told' | 'trying' | 'unreachable';
  /** Where the person can close it. */
  readonly url?: Maybe<string>;
}

export function signedOutPage(props: SignedOutProps, context: PageContext): string {
  throw new Error(`${props.applications.length} ${context.nonce}`);
}

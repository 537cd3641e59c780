import type { FormProps, Maybe, PageContext } from '../context.ts';

/** Posts `login` and `password`. */
export interface SignInProps extends FormProps {
  /** Who asks; absent when somebody simply opened the sign-in page. */
  readonly applicationName?: Maybe<string>;
  /** Of the own origin or data:; others are left out. */
  readonly applicationLogoUrl?: Maybe<string>;
  readonly policyUrl?: Maybe<string>;
  readonly termsUrl?: Maybe<string>;
  /** Kept after an error, or hinted by the application. */
  readonly username?: Maybe<string>;
  /** The person is signed in and must prove it again (renew, prompt=login, max_age). */
  readonly mustSignIn?: boolean | undefined;
  readonly problem?: Maybe<SignInProblem>;
  readonly cancelUrl?: Maybe<string>;
}

export type SignInProblem =
  | { readonly code: 'no-match' }
  | { readonly code: 'locked'; readonly minutes: number }
  | { readonly code: 'missing'; readonly login: boolean; readonly password: boolean }
  | { readonly code: 'form-expired' }
  | { readonly code: 'unavailable' };

export function signInPage(props: SignInProps, context: PageContext): string {
  throw new Error(`sign-in page of ${props.action} ${context.nonce}`);
}

import type { FormProps, Maybe, PageContext } from '../context.ts';

export interface LogoutConfirmProps extends FormProps {
  /** Who is signed in. */
  readonly name?: Maybe<string>;
  /** Who asks to sign out. */
  readonly applicationName?: Maybe<string>;
  readonly stayUrl?: Maybe<string>;
}

export function logoutConfirmPage(props: LogoutConfirmProps, context: PageContext): string {
  throw new Error(`${props.action} ${context.nonce}`);
}

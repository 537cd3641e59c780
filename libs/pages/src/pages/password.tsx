import type { FormProps, Maybe, PageContext } from '../context.ts';
import type { FieldProblem } from '../problems.ts';

/** Posts `current` and `password` (the new one). */
export interface PasswordProps extends FormProps {
  /** Shown, and read by password managers. */
  readonly username: string;
  readonly minLength: number;
  readonly problems?: Maybe<{ readonly current?: Maybe<FieldProblem>; readonly password?: Maybe<FieldProblem> }>;
  readonly lockedMinutes?: Maybe<number>;
  readonly cancelUrl: string;
}

export function passwordPage(props: PasswordProps, context: PageContext): string {
  throw new Error(`${props.action} ${context.nonce}`);
}

import type { FormProps, Maybe, PageContext } from '../context.ts';
import type { FieldProblem } from '../problems.ts';

/** Posts `name`, `login` and `password`. The one-time link's secret travels in `hidden`. */
export interface SetupProps extends FormProps {
  readonly name?: Maybe<string>;
  readonly username?: Maybe<string>;
  readonly minLength: number;
  readonly problems?: Maybe<{
    readonly name?: Maybe<FieldProblem>;
    readonly login?: Maybe<FieldProblem>;
    readonly password?: Maybe<FieldProblem>;
  }>;
}

export function setupPage(props: SetupProps, context: PageContext): string {
  throw new Error(`${props.action} ${context.nonce}`);
}

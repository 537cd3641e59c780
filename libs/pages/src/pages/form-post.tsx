import type { HiddenFields, Maybe, PageContext } from '../context.ts';

/**
 * Carries an answer to an application in a form that sends itself; with script off a button sends it.
 * @see OAuth 2.0 Form Post Response Mode §2, CAS 3.0 §2.1.1 (method=POST)
 */
export interface FormPostProps {
  readonly action: string;
  readonly fields: HiddenFields;
  readonly applicationName?: Maybe<string>;
}

export function formPostPage(props: FormPostProps, context: PageContext): string {
  throw new Error(`${props.action} ${context.nonce}`);
}

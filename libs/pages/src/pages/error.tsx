import type { Link, Maybe, PageContext } from '../context.ts';

export interface ErrorPageProps {
  readonly status: number;
  /** Stable, for machines: stands in `data-error` and on the page. */
  readonly code: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly message: string;
  /** What a person quotes to the operator: the trace id, shortened. */
  readonly supportCode?: Maybe<string>;
  readonly back?: Maybe<Link>;
  /** One of `fixedPhrases`, shown as it is in every language. */
  readonly phrase?: Maybe<string>;
}

export function errorPage(props: ErrorPageProps, context: PageContext): string {
  throw new Error(`${props.code} ${context.nonce}`);
}

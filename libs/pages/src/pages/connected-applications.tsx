import type { Maybe, PageContext } from '../context.ts';

/** Each row posts `client` to `withdrawAction`. */
export interface ConnectedApplicationsProps {
  readonly applications: readonly ConnectedApplication[];
  readonly withdrawAction: string;
  readonly formToken: string;
  readonly accountUrl: string;
  /** Name of the application just withdrawn. */
  readonly withdrawn?: Maybe<string>;
}

export interface ConnectedApplication {
  readonly client: string;
  readonly name: string;
  readonly host?: Maybe<string>;
  readonly owner?: Maybe<string>;
  readonly permissions: readonly string[];
  readonly offline?: boolean | undefined;
  /** ISO 8601. */
  readonly grantedAt: string;
}

export function connectedApplicationsPage(props: ConnectedApplicationsProps, context: PageContext): string {
  throw new Error(`${props.withdrawAction} ${context.nonce}`);
}

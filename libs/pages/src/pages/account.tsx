import type { Maybe, PageContext } from '../context.ts';

/** Each session posts `sid` to `endAction`; "Sign out everywhere" posts to `endAllAction`. Times are ISO 8601. */
export interface AccountProps {
  readonly name: string;
  readonly username: string;
  /** In any order: the page puts this device first, then the last seen. */
  readonly sessions: readonly AccountSession[];
  readonly deliveries: readonly AccountDelivery[];
  readonly endAction: string;
  readonly endAllAction: string;
  readonly formToken: string;
  readonly connectedApplicationsUrl: string;
  readonly passwordUrl: string;
  readonly signOutUrl: string;
  readonly notice?: Maybe<'session-ended' | 'signed-out-everywhere' | 'password-changed'>;
}

export interface AccountSession {
  readonly sid: string;
  readonly current: boolean;
  readonly browser: string;
  readonly system: string;
  readonly network: string;
  readonly startedAt: string;
  readonly seenAt: string;
  /** Names of the applications entered in this session. */
  readonly applications: readonly string[];
}

/** The shape of a delivery as the rooms list it, less what a person does not need. */
export interface AccountDelivery {
  readonly applicationName: string;
  readonly state: 'trying' | 'delivered' | 'parked';
  readonly attempts: readonly { readonly at: string; readonly answer: string; readonly tookMs: number }[];
  readonly queuedAt: string;
  readonly nextAt?: Maybe<string>;
}

export function accountPage(props: AccountProps, context: PageContext): string {
  throw new Error(`${props.endAction} ${context.nonce}`);
}

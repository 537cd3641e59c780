import type { FormProps, Maybe, PageContext } from '../context.ts';

/** Posts `decision` = `allow` | `deny`. */
export interface ConsentProps extends FormProps {
  readonly applicationName: string;
  /** The host that the registered redirect address verifies. */
  readonly host: string;
  readonly owner?: Maybe<string>;
  readonly policyUrl?: Maybe<string>;
  readonly termsUrl?: Maybe<string>;
  /** One line a permission, in words a person uses. */
  readonly permissions: readonly ConsentPermission[];
  /** The application also asks to go on when the person has signed out (offline_access). */
  readonly offline?: boolean | undefined;
  readonly person: { readonly name: string; readonly username: string };
  readonly notYouUrl: string;
  /** Where a decision is undone. */
  readonly connectedApplicationsUrl: string;
}

export interface ConsentPermission {
  readonly description: string;
  /** Who holds the thing, when it is not the operator: "Box Office". */
  readonly resource?: Maybe<string>;
  /** Agreed to before; the rest is new. */
  readonly alreadyAllowed?: boolean | undefined;
}

export function consentPage(props: ConsentProps, context: PageContext): string {
  throw new Error(`${props.action} ${context.nonce}`);
}

import type { AuthorizationResponse } from '@latchkey/oauth';

/** What a person sees when we cannot trust whom to send them back to. `code` is stable; `phrase` is one of fixedPhrases. */
export interface ErrorPage {
  readonly kind: 'error-page';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly message: string;
  readonly phrase?: string;
  /** A way that really leads back: an address that an administrator registered. */
  readonly back?: { readonly href: string; readonly label: string };
}

export interface Redirect {
  readonly kind: 'redirect';
  readonly response: AuthorizationResponse;
  readonly applicationName: string;
}

/** Who is it? / did they agree?: another room asks, then the browser comes back with the same pending request. */
export interface AskPerson {
  readonly kind: 'sign-in' | 'consent';
  readonly pending: string;
}

export type AuthorizeResult = ErrorPage | Redirect | AskPerson;

/** Leaves the pipeline: a phase that cannot produce its type throws one of these. */
export class Outcome extends Error {
  constructor(readonly result: AuthorizeResult) {
    super(result.kind);
    this.name = 'Outcome';
  }
}

export function refusePage(page: Omit<ErrorPage, 'kind'>): never {
  throw new Outcome({ kind: 'error-page', ...page });
}

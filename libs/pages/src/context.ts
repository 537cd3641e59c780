/** What a page needs to know besides its own content. The nonce is the one of the Content-Security-Policy of this answer. */
export interface PageContext {
  readonly nonce: string;
  /** BCP 47; a language without a table of words falls back to English. */
  readonly lang?: string | undefined;
  readonly theme?: Theme | undefined;
}

/** The operator's name and sign. The logo comes from the own origin or a data: address; pages make no third-party request. */
export interface Theme {
  readonly name: string;
  readonly logoUrl?: string | undefined;
}

/** Optional text and addresses: rooms often hold null. */
export type Maybe<T> = T | null | undefined;

export type HiddenFields = readonly (readonly [name: string, value: string])[];

export interface Link {
  readonly href: string;
  readonly label: string;
}

/** Where a form posts to and what it carries unseen. `formToken` travels in the field `formTokenField`. */
export interface FormProps {
  readonly action: string;
  readonly formToken: string;
  readonly hidden?: HiddenFields | undefined;
}

import { linkAddress } from '../address.ts';
import { type Maybe } from '../context.ts';
import { cancelButtonId, submitButtonId } from '../names.ts';

/** The one primary button of a page. */
export function Submit({ label }: { label: string }) {
  return (
    <button type="submit" id={submitButtonId} class="primary">
      {label}
    </button>
  );
}

/** The way out that sends nothing; absent without an address. */
export function CancelLink({ href, label }: { href: Maybe<string>; label: string }) {
  const address = linkAddress(href);
  return address === undefined ? null : (
    <a id={cancelButtonId} class="link-button" href={address}>
      {label}
    </a>
  );
}

/** A link that looks like a button, where going on is the main thing. An address that must not be followed leaves nothing. */
export function LinkButton({ href, label, primary, id }: { href: Maybe<string>; label: string; primary?: boolean; id?: string }) {
  const address = linkAddress(href);
  return address === undefined ? null : (
    <a class={primary === true ? 'button primary' : 'button'} href={address} {...(id === undefined ? {} : { id })}>
      {label}
    </a>
  );
}

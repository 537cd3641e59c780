import { linkAddress } from '../address.ts';
import { type Maybe } from '../context.ts';

/** A link in running text or in a row of links; absent without an address that may be followed. */
export function TextLink({ href, label, id }: { href: Maybe<string>; label: string; id?: string }) {
  const address = linkAddress(href);
  return address === undefined ? null : (
    <a href={address} {...(id === undefined ? {} : { id })}>
      {label}
    </a>
  );
}

import { imageAddress } from '../address.ts';
import { type Maybe } from '../context.ts';

/** Whose pages these are: the operator's sign and name, on top of every page. */
export function Brand({ name, logoUrl }: { name: string; logoUrl: Maybe<string> }) {
  const logo = imageAddress(logoUrl);
  return (
    <p class="brand">
      {logo === undefined ? (
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <rect class="mark-ground" width="24" height="24" rx="6" />
          <path class="mark-hole" d="M12 5a4 4 0 0 1 1.8 7.6L15 19H9l1.2-6.4A4 4 0 0 1 12 5Z" />
        </svg>
      ) : (
        <img src={logo} alt="" />
      )}
      <span>{name}</span>
    </p>
  );
}

const anchor = 'https://relative.invalid';

function protocolOf(url: string): string | undefined {
  return URL.canParse(url, anchor) ? new URL(url, anchor).protocol : undefined;
}

/** Relative, http, https, or a private-use scheme of an app (RFC 8252 §7.1: it contains a dot). Never javascript: or data:. */
export function linkAddress(url: string | null | undefined): string | undefined {
  if (url == null || url === '') return undefined;
  const protocol = protocolOf(url);
  return protocol === 'https:' || protocol === 'http:' || protocol?.includes('.') ? url : undefined;
}

/** A form is only ever sent by http or https; anything else is a fault of the caller. */
export function formAddress(url: string): string {
  const protocol = protocolOf(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError('A form posts to an http or https address only');
  return url;
}

/** Pages make no third-party request: a picture lies on the own origin or in the address itself. */
export function imageAddress(url: string | null | undefined): string | undefined {
  if (url == null) return undefined;
  const own = url.startsWith('/') && URL.canParse(url, anchor) && new URL(url, anchor).origin === anchor;
  return own || /^data:image\/(png|jpeg|webp|gif|svg\+xml)[;,]/.test(url) ? url : undefined;
}

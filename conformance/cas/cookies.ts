export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** It outlives the browser. */
  readonly persistent: boolean;
  /** Seconds it lives from when it was set, where it says so. */
  readonly seconds: number | null;
  /** As it was sent. */
  readonly line: string;
}

/** The cookies of one browser for one server. Ports share them (RFC 6265 §8.5), so the host alone counts. */
export class Cookies {
  private readonly kept = new Map<string, Cookie & { readonly host: string }>();

  /** Values are kept as they were sent: whoever decodes them cannot look at their characters any more. */
  take(url: URL, line: string): void {
    const [pair = '', ...parts] = line.split(';').map((part) => part.trim());
    const cut = pair.indexOf('=');
    if (cut < 1) return;
    const attribute = (name: string): string | null => {
      const found = parts.find((part) => part.toLowerCase() === name || part.toLowerCase().startsWith(`${name}=`));
      return found === undefined ? null : found.slice(name.length + 1);
    };
    const path = attribute('path') || url.pathname.replace(/\/[^/]*$/, '') || '/';
    const seconds = secondsOf(attribute('max-age'), attribute('expires'));
    const cookie = {
      host: url.hostname,
      name: pair.slice(0, cut),
      value: pair.slice(cut + 1),
      path,
      secure: attribute('secure') !== null,
      httpOnly: attribute('httponly') !== null,
      persistent: seconds !== null,
      seconds,
      line,
    };
    const key = `${url.hostname} ${path} ${cookie.name}`;
    if (seconds !== null && seconds <= 0) this.kept.delete(key);
    else this.kept.set(key, cookie);
  }

  header(url: URL): string {
    return this.for(url)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  for(url: URL): Cookie[] {
    return [...this.kept.values()].filter(
      ({ host, path, secure }) =>
        host === url.hostname && (!secure || url.protocol === 'https:') && (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)),
    );
  }

  all(): Cookie[] {
    return [...this.kept.values()];
  }

  /** Another browser that holds only what `wanted` says yes to. */
  copy(wanted: (cookie: Cookie) => boolean = () => true): Cookies {
    const copy = new Cookies();
    for (const [key, cookie] of this.kept) if (wanted(cookie)) copy.kept.set(key, cookie);
    return copy;
  }
}

function secondsOf(maxAge: string | null, expires: string | null): number | null {
  if (maxAge !== null && /^-?\d+$/.test(maxAge)) return Number(maxAge);
  if (expires === null) return null;
  const at = Date.parse(expires);
  return Number.isNaN(at) ? null : Math.round((at - Date.now()) / 1000);
}

/** `http`, an IP of the loopback interface, an optional port, the rest. A name such as localhost is not an IP (RFC 8252 §8.3). */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?((?:[/?][^#]*)?)$/;

/**
 * Is the given address one of the registered ones? Exact bytes; for a loopback IP the port may be any.
 * @see RFC 9700 §2.1, §4.1.3 · RFC 8252 §7.3
 */
export function isRegisteredRedirectUri(registered: readonly string[], given: string): boolean {
  if (registered.includes(given)) return true;
  const wanted = loopback(given);
  if (wanted === null) return false;
  return registered.some((uri) => {
    const known = loopback(uri);
    return known !== null && known.host === wanted.host && known.rest === wanted.rest;
  });
}

function loopback(uri: string): { host: string; rest: string } | null {
  if (/[\s\\@]/.test(uri)) return null;
  const parts = LOOPBACK.exec(uri);
  if (parts === null) return null;
  const [, host = '', port, rest = ''] = parts;
  if (port !== undefined && (port.startsWith('0') || Number(port) > 65_535)) return null;
  return { host, rest };
}

/** Above it proxies and browsers differ; our own front refuses 8 KB. */
const MAX_ADDRESS = 7 * 1024;

/** The same request as a GET of our own origin, or null when it does not fit into an address. */
export function sameSiteGet(path: string, pairs: readonly (readonly [string, string])[]): string | null {
  const address = `${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()}`;
  return address.length <= MAX_ADDRESS ? address : null;
}

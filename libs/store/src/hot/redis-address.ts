export interface RedisAddress {
  /** One URL: a single server. Several: nodes of a cluster. */
  readonly urls: readonly string[];
  readonly prefix: string;
}

/** `redis://host:port/0?prefix=app:`, several separated by commas. */
export function redisAddress(given: string | readonly string[]): RedisAddress {
  const texts = typeof given === 'string' ? given.split(',') : given;
  let prefix = '';
  const urls = texts.map((text) => {
    if (!URL.canParse(text.trim())) throw new Error('REDIS_URL cannot be read. Write redis://host:port, several separated by commas.');
    const url = new URL(text.trim());
    prefix = url.searchParams.get('prefix') ?? prefix;
    url.search = '';
    return url.href;
  });
  if (urls.length === 0) throw new Error('REDIS_URL names no server');
  return { urls, prefix };
}

/** Without user and password: fit to be shown. */
export function redisWhereabouts(urls: readonly string[]): string {
  return urls.map((url) => new URL(url).host).join(', ');
}

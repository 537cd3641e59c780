import { readServiceId } from './addresses.ts';
import type { Fields } from './fields.ts';
import { NotCarriedOver } from './java-regex.ts';

const MOST_CALLBACKS = 20;

/** Where proxy-granting tickets may go; none: the service may not be a proxy. @see https://apereo.github.io/cas/development/services/Configuring-Service-Proxy-Policy.html */
export function proxyCallbacks(definition: Fields): readonly string[] {
  const policy = definition.nested('proxyPolicy');
  if (policy === undefined) return [];
  const kind = policy.className();
  if (kind === 'RefuseRegisteredServiceProxyPolicy') {
    policy.tellRest();
    return [];
  }
  const pattern = policy.text('pattern');
  if (kind !== 'RegexMatchingRegisteredServiceProxyPolicy' || pattern === undefined) {
    policy.remarks.add('lost', policy.path, kind, 'a proxy names its callback addresses here; the service may not be one', 'set proxy: { allowed: true, pgtUrls: […] } with the addresses that it uses');
    policy.tellRest();
    return [];
  }
  policy.expect('exactMatch', [false], 'same', 'says what holds here anyway', '');
  policy.expect('useServiceId', [false], 'lost', 'a proxy names its callback addresses here', 'add them to pgtUrls');
  policy.tellRest();
  const urls = exactly(pattern);
  if (urls.length > 0) return urls;
  policy.remarks.add('lost', policy.named('pattern'), pattern, 'callback addresses are written out here, and this stands for any number; the service may not be a proxy', 'set proxy: { allowed: true, pgtUrls: […] } with the addresses that it uses');
  return [];
}

function exactly(pattern: string): readonly string[] {
  try {
    const { addresses, left } = readServiceId(pattern);
    const urls = addresses.flatMap((one) => one.urls);
    return left.length === 0 && urls.length <= MOST_CALLBACKS && addresses.every(({ match }) => match === 'exact') ? urls : [];
  } catch (error) {
    if (error instanceof NotCarriedOver) return [];
    throw error;
  }
}

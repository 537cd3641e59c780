/** Services of one kind by their number, and an address of each. Names are of one length, so that ten and ten thousand compare. */
const number = (index) => String(index).padStart(5, '0');
const ORIGIN = 'https://apps.example.org';

const family = (name, bound, match, pattern, address) => ({
  name,
  bound,
  origin: ORIGIN,
  service: (index) => ({ id: `s${number(index)}`, urls: [pattern(number(index))], match }),
  url: (index) => address(number(index)),
});

export const FAMILIES = [
  family('exact', 1.2, 'exact', (n) => `https://app-${n}.example.org/login`, (n) => `https://app-${n}.example.org/login`),
  family('path-prefix, a host each', 3, 'path-prefix', (n) => `https://app-${n}.example.org/app/`, (n) => `https://app-${n}.example.org/app/x/login`),
  family('path-prefix, one host', 3, 'path-prefix', (n) => `${ORIGIN}/app-${n}`, (n) => `${ORIGIN}/app-${n}/login?next=home`),
  family('wildcard-host, a domain each', 3, 'wildcard-host', (n) => `https://*.app-${n}.example.org/`, (n) => `https://www.app-${n}.example.org/login`),
  family('regex, a host each', 3, 'regex', (n) => `https://app-${n}.example.org/(app|portal)/.*`, (n) => `https://app-${n}.example.org/portal/login?next=home`),
  family('regex, one host, beginnings differ', 3, 'regex', (n) => `${ORIGIN}/app-${n}/(login|callback)(\\?.*)?`, (n) => `${ORIGIN}/app-${n}/callback?next=home`),
  family('regex, one host, one beginning', 3, 'regex', (n) => `${ORIGIN}/(en|de)/app-${n}/.*`, (n) => `${ORIGIN}/de/app-${n}/login?next=home`),
];

export const EVIL_EXPRESSIONS = ['/(.*)*x', '/(a+)+x', '/(a|a)*x', '/(a|aa)+x', '/([a-z]+/?)*!', '/.*.*.*.*x', '/(.*a){12}x', '/(a?){30}a{30}', '/.*=.*=.*=x', '/[ab]*a[ab]{6}c', '/.*a.{20}x', '/(.*a.{15}){2}', '/[ab]*a[ab]{12}c'];

let seed = 1;
const ab = (length) => Array.from({ length }, () => 'ab'[(seed = (seed * 48_271) % 2_147_483_647) % 2]).join('');

export const EVIL_URLS = [
  { name: '2 KB of a', url: `/${'a'.repeat(2_000)}` },
  { name: '2 KB of a and b', url: `/${ab(2_000)}` },
  { name: '2 KB of slashes', url: '/'.repeat(2_000) },
  { name: '2 KB of segments', url: '/a'.repeat(1_000) },
  { name: '2 KB of equal signs', url: `/a?${'a=b&'.repeat(480)}` },
  { name: '2 KB of registered names', url: `/de${Array.from({ length: 190 }, (_, index) => `/app-${number(index)}`).join('')}`.slice(0, 2_000) },
  { name: '64 KB of a', url: `/${'a'.repeat(65_536)}` },
];

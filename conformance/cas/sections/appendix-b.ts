import { holds, rulesOf, short } from '../rule.ts';
import type { Page } from '../client.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 Appendix B */
const { rules, rule } = rulesOf('Appendix B');
export { rules };

const PAGES: readonly (readonly [string, (context: Context) => Promise<Page>])[] = [
  ['the form', (context) => context.login(context.client(), { service: context.service() })],
  ['the redirect with a ticket', async (context) => context.login(await context.signedIn(), { service: context.service() })],
  ['the redirect after a password', (context) => context.signIn(context.client(), { parameters: { service: context.service() } })],
];

for (const [what, page] of PAGES) {
  rule(`${what}: Cache-Control`, 'SHOULD', `Appendix B: ${what} is not kept: Cache-Control: no-store`, async (context) => {
    const { headers } = await page(context);
    holds(/\bno-store\b/i.test(String(headers['cache-control'])), `Cache-Control is ${short(headers['cache-control'] ?? null)}`);
  });
  rule(`${what}: Pragma`, 'OPTIONAL', `Appendix B: ${what} says Pragma: no-cache to the caches of HTTP/1.0`, async (context) => {
    const { headers } = await page(context);
    holds(/\bno-cache\b/i.test(String(headers['pragma'])), `Pragma is ${short(headers['pragma'] ?? null)}`);
  });
  rule(`${what}: Expires`, 'OPTIONAL', `Appendix B: ${what} says that it has expired`, async (context) => {
    const { headers } = await page(context);
    const at = String(headers['expires'] ?? '');
    holds(at !== '' && !(Date.parse(at) > Date.now() + 1_000), `Expires is ${short(headers['expires'] ?? null)}`);
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from '@latchkey/testing';
import { PASSWORD } from '../platform/declaration.ts';
import { eventually } from '../platform/eventually.ts';
import { ATTRIBUTES, openClientSite, type ClientSettings, type ClientSite } from './cas-client-site.ts';
import type { Program } from './program.ts';

export interface CasClient {
  readonly name: string;
  /**
   * Starts the client's application, which serves
   * `/protected`: who is signed in, as JSON: `user` and `attributes`;
   * and where the client can be a proxy `/proxied`: what its `/backend` says to a proxy ticket, `user` and `proxies`;
   * `/callback`: takes proxy-granting tickets; `/unregistered`: as `/protected`, with a pgtUrl that nobody registered.
   */
  readonly start: (settings: ClientSettings) => Promise<Program>;
  readonly proxies: boolean;
  /** Pages that sign in as `/protected` does, by the older protocols that the client speaks. */
  readonly protocols?: readonly Protocol[];
  /** Whether it knows the way to sign out: `/sign-out` goes there, with `/protected` to come back to. */
  readonly signsOut?: boolean;
}

/** CAS 1.0, CAS 2.0, SAML 1.1. */
export type Protocol = '/v1' | '/v2' | '/saml';

const ONE_VALUE = { email: ATTRIBUTES.email[0], motto: ATTRIBUTES.motto[0] };

/** What a person may expect of an application that uses this client with Latchkey. */
export function casClientRules({ name, start, proxies, protocols = [], signsOut = false }: CasClient): void {
  describe(`an application with ${name}`, () => {
    let site: ClientSite;
    beforeAll(async () => {
      site = await openClientSite(start, ['/protected', '/backend', '/unregistered', ...protocols]);
    }, 240_000);
    afterAll(() => site?.close());

    it('knows the person by name and all values of each attribute (CAS 3.0 §2.5.1, Appendix A)', async () => {
      const form = await site.browser().visit(`${site.origin}/protected`);
      expect([form.url.startsWith(`${site.cas}/login?`), form.body.includes('Client /protected')]).toEqual([true, true]);
      const inside = await entered(site);
      // Java's containers write their session behind the path until they have seen their cookie.
      expect([inside.page.url.split(/[?;]/)[0], knownAt(inside.page, site)]).toEqual([
        `${site.origin}/protected`,
        { user: 'ada', attributes: expect.objectContaining({ ...ONE_VALUE, affiliation: ATTRIBUTES.affiliation }) },
      ]);
    });

    it('keeps a session of its own, and lets in without a password who is signed in', async () => {
      const { browser } = await entered(site);
      const again = await browser.visit(`${site.origin}/protected`, { follow: false });
      expect([again.status, knownAt(again, site).user]).toEqual([200, 'ada']);
      const elsewhere = site.browser();
      await elsewhere.submit(await elsewhere.visit(`${site.cas}/login`), { login: 'grace', password: PASSWORD });
      expect(knownAt(await elsewhere.visit(`${site.origin}/protected`), site).user).toBe('grace');
    });

    it('takes a ticket once (§3.1.1)', async () => {
      const address = await ticketFor(await signedIn(site), site, '/protected');
      expect(knownAt(await site.browser().visit(address), site).user).toBe('ada');
      expectUnknown(await site.browser().visit(address), site);
    });

    it('takes no ticket for another service, and none that was made up', async () => {
      const browser = await signedIn(site);
      const ticket = new URL(await ticketFor(browser, site, '/backend')).searchParams.get('ticket');
      expectUnknown(await site.browser().visit(`${site.origin}/protected?ticket=${ticket}`), site);
      expectUnknown(await site.browser().visit(`${site.origin}/protected?ticket=ST-1-0123456789abcdefghijklmnopqrstuv`), site);
    });

    it('forgets who signed out at Latchkey, and nobody else (§2.3.3)', async () => {
      const [ada, alsoAda, grace] = [await entered(site), await entered(site), await entered(site, 'grace')];
      await ada.browser.visit(`${site.cas}/logout`);
      await eventually(async () => {
        const page = await ada.browser.visit(`${site.origin}/protected`, { until: (url) => url.startsWith(site.cas) });
        expect([page.status, String(page.headers['location'])]).toEqual([302, expect.stringContaining(`${site.cas}/login?`)]);
      }, 15_000);
      expect((await ada.browser.visit(`${site.origin}/protected`)).body).toContain('name="password"');
      for (const [{ browser }, user] of [[alsoAda, 'ada'], [grace, 'grace']] as const) {
        const page = await browser.visit(`${site.origin}/protected`, { follow: false });
        expect([page.status, knownAt(page, site).user]).toEqual([200, user]);
      }
    });

    if (proxies) {
      it('enters its backend in the name of the person (§2.6, §2.7)', async () => {
        const { browser } = await entered(site);
        for (let turn = 0; turn < 2; turn++) {
          const page = await browser.visit(`${site.origin}/proxied`);
          expect(knownAt(page, site)).toEqual({ user: 'ada', proxies: [`${site.origin}/callback`] });
        }
      });

      it('enters nothing in the name of who has signed out, whether it has heard of it or not (§2.7)', async () => {
        const { browser } = await entered(site);
        knownAt(await browser.visit(`${site.origin}/proxied`), site);
        await browser.visit(`${site.cas}/logout`);
        expectUnknown(await browser.visit(`${site.origin}/proxied`), site);
      });

      it('lets nobody in by a callback that is not registered (§2.5.4)', async () => {
        const browser = await signedIn(site);
        expectUnknown(await browser.visit(await ticketFor(browser, site, '/unregistered')), site);
        expect(knownAt(await browser.visit(`${site.origin}/protected`), site).user).toBe('ada');
      });
    }

    if (signsOut) {
      it('signs out at Latchkey by its own sign-out, and comes back as nobody (§2.3.1)', async () => {
        const { browser } = await entered(site);
        const page = await browser.visit(`${site.origin}/sign-out`);
        expectUnknown(page, site);
        expect(page.body).toContain('Client /protected');
      });
    }

    if (protocols.length > 0) {
      it.each(protocols)('signs in by what it speaks besides: %s (§2.4, §2.5, §2.9)', async (path) => {
        const { user, attributes } = knownAt((await entered(site, 'ada', path)).page, site);
        expect(user).toBe('ada');
        if (path === '/saml') expect(attributes).toMatchObject({ ...ONE_VALUE, affiliation: ATTRIBUTES.affiliation });
      });
    }
  });
}

export interface Known {
  readonly user: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly proxies?: readonly string[];
}

/** Who the application says that it has before it. */
export function knownAt(page: Page, site: ClientSite): Known {
  if (page.status !== 200 || !page.body.startsWith('{')) throw new Error(`nobody is signed in: ${page.status} ${page.url} ${String(page.headers['location'])}\n${page.body.slice(0, 2_000)}\n${site.log().slice(-4_000)}`);
  return JSON.parse(page.body) as Known;
}

/** Told that it went wrong, or asked to sign in: and shown nothing. */
export function expectUnknown(page: Page, site: ClientSite): void {
  const asked = page.url.startsWith(`${site.cas}/login?`) && page.body.includes('name="password"');
  expect([asked || page.status >= 400, page.body.startsWith('{')]).toEqual([true, false]);
}

export async function signedIn(site: ClientSite, login = 'ada'): Promise<Browser> {
  const browser = site.browser();
  await browser.submit(await browser.visit(`${site.cas}/login`), { login, password: PASSWORD });
  return browser;
}

/** A browser that has just signed in on the way to the application, and where it came to. */
export async function entered(site: ClientSite, login = 'ada', path = '/protected'): Promise<{ browser: Browser; page: Page }> {
  const browser = site.browser();
  const page = await browser.submit(await browser.visit(site.origin + path), { login, password: PASSWORD });
  knownAt(page, site);
  return { browser, page };
}

/** Where Latchkey sends a browser that is signed in: the service with a ticket that nobody used. */
export async function ticketFor(browser: Browser, site: ClientSite, path: string): Promise<string> {
  const page = await browser.visit(`${site.cas}/login?service=${encodeURIComponent(site.origin + path)}`, { follow: false });
  const address = String(page.headers['location']);
  if (!new URL(address, site.cas).searchParams.has('ticket')) throw new Error(`no ticket: ${page.status} ${address}\n${page.body.slice(0, 500)}`);
  return address;
}

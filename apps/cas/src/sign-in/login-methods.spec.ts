import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform } from '@latchkey/testing';
import { PASSWORD, SHOP, errorOf, launchCas, locationOf, type CasPlatform } from '../cas.platform.fixture.ts';

let cas: CasPlatform;
beforeAll(async () => {
  cas = await launchCas({ launchPlatform, newBrowser: () => new Browser() });
}, 60_000);
afterAll(() => cas.close());
const ada = { login: 'ada', password: PASSWORD };
const signedIn = async () => {
  const browser = new Browser();
  await cas.enter(browser);
  return browser;
};
const shop = `service=${encodeURIComponent(SHOP)}`;
const target = `TARGET=${encodeURIComponent(SHOP)}`;
const field = (body: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1];

describe('how the ticket goes to the service (CAS 3.0 §2.1.1, method)', () => {
  it('POST: in a form to that one origin, which sends itself, and by a button without script', async () => {
    for (const page of [
      await cas.login(await signedIn(), `${shop}&method=POST`),
      await (async () => {
        const browser = new Browser();
        return browser.submit(await cas.login(browser, `${shop}&method=post`), ada, { follow: false });
      })(),
    ]) {
      expect([page.status, locationOf(page)]).toEqual([200, '']);
      expect(page.body).toContain(`action="${SHOP}"`);
      expect(String(page.headers['content-security-policy'])).toContain("form-action 'self' https://shop.example;");
      expect(await cas.validate(field(page.body, 'ticket')!)).toContain('<cas:user>ada<');
    }
  });
  it('HEADER: in headers of the answer, which goes nowhere', async () => {
    const page = await cas.login(await signedIn(), `${shop}&method=HEADER`);
    expect([page.status, page.headers['service'], locationOf(page)]).toEqual([200, SHOP, '']);
    expect(await cas.validate(String(page.headers['ticket']))).toContain('<cas:user>ada<');
  });
  it.each(['PUT', '%0d%0aSet-Cookie:x', 'GET&method=POST'])('%s is none', async (method) => {
    const page = await cas.login(await signedIn(), `${shop}&method=${method}`);
    expect([page.status, errorOf(page), locationOf(page)]).toEqual([400, 'invalid_request', '']);
  });
});

describe('SAML 1.1 (CAS 3.0 §4.2)', () => {
  const validated = async (address: string, body: string) =>
    (await fetch(`${cas.url}/cas/samlValidate?${address}`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body })).text();
  const envelope = (artifact: string, more = '') =>
    `${more}<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><samlp:Request xmlns:samlp="urn:oasis:names:tc:SAML:1.0:protocol" RequestID="_req1"><samlp:AssertionArtifact>${artifact}</samlp:AssertionArtifact></samlp:Request></SOAP-ENV:Body></SOAP-ENV:Envelope>`;
  const artifact = async () => {
    const to = new URL(locationOf(await cas.login(await signedIn(), target)));
    expect([to.origin, to.searchParams.get('TARGET')]).toEqual(['https://shop.example', SHOP]);
    return to.searchParams.get('SAMLart')!;
  };

  it('a service named by TARGET gets an artifact, which is a ticket that is used once', async () => {
    const ticket = await artifact();
    const first = await validated(target, envelope(ticket));
    expect(first).toContain('<saml1p:StatusCode Value="saml1p:Success">');
    expect(first).toContain('<saml1:NameIdentifier>ada</saml1:NameIdentifier>');
    expect(first).toContain('InResponseTo="_req1"');
    expect(first).toMatch(/AttributeName="email"[^>]*><saml1:AttributeValue>ada@example.org</);
    expect(await validated(target, envelope(ticket))).toContain('RequestDenied');
  });
  it.each([
    ['another TARGET', 'TARGET=https%3A%2F%2Fclub.example%2Fin', (ticket: string) => envelope(ticket)],
    ['no TARGET', '', (ticket: string) => envelope(ticket)],
    ['no artifact', target, () => envelope('').replace(/<samlp:AssertionArtifact>.*Artifact>/, '')],
    ['two artifacts', target, (ticket: string) => envelope(`${ticket}</samlp:AssertionArtifact><samlp:AssertionArtifact>${ticket}`)],
    ['a document type', target, (ticket: string) => envelope(ticket, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')],
    ['XML that is not well-formed', target, (ticket: string) => `${envelope(ticket)}<`],
    ['another namespace', target, (ticket: string) => envelope(ticket).replace('1.0:protocol', '2.0:protocol')],
    ['nothing', target, () => ''],
  ])('%s is denied, and nothing of it is repeated', async (_what, address, body) => {
    const answer = await validated(address, body(await artifact()));
    expect(answer).toContain('Value="saml1p:RequestDenied"');
    expect(answer).not.toMatch(/ada|passwd|club\.example|Success/);
  });
});

describe('warn (CAS 3.0 §2.2.1)', () => {
  const warned = async () => {
    const browser = new Browser();
    await browser.submit(await cas.login(browser), { ...ada, warn: 'true' }, { follow: false });
    return browser;
  };
  it('asks before a service is entered, and enters when the person says so', async () => {
    const browser = await warned();
    const page = await cas.login(browser);
    expect([page.status, locationOf(page)]).toEqual([200, '']);
    expect(page.body).toContain('shop.example');
    const done = await browser.submit(page, {}, { follow: false });
    expect(await cas.validate(new URL(locationOf(done)).searchParams.get('ticket')!)).toContain('<cas:isFromNewLogin>false<');
  });
  it('gateway and method do not get round it', async () => {
    const browser = await warned();
    for (const more of ['&gateway=true', '&method=POST', '&method=HEADER']) {
      const page = await cas.login(browser, shop + more);
      expect([page.status, locationOf(page), page.headers['ticket'], field(page.body, 'ticket')]).toEqual([200, '', undefined, undefined]);
    }
  });
  it.each(['continue=1', 'continue=1&lk=x'])('a post of another page (%s) enters nothing', async (body) => {
    const browser = await warned();
    const page = await browser.visit(`${cas.url}/cas/login`, { method: 'POST', form: Object.fromEntries(new URLSearchParams(`${shop}&${body}`)), follow: false });
    expect(locationOf(page)).toMatch(/^\/cas\/login\?service=/);
  });
  it('is over with a sign-in that does not ask for it', async () => {
    const browser = await warned();
    await browser.submit(await cas.login(browser, `${shop}&renew=true`), ada, { follow: false });
    expect(locationOf(await cas.login(browser))).toMatch(/^https:\/\/shop\.example\/\?ticket=ST-/);
  });
});

describe('remember me (CAS 3.0 §4.1)', () => {
  const cookieOf = (headers: Readonly<Record<string, string | string[] | undefined>>) => [headers['set-cookie']].flat().find((one) => one?.startsWith('latchkey='));
  const enter = async (more: Record<string, string>) => {
    const browser = new Browser();
    return browser.submit(await cas.login(browser), { ...ada, ...more }, { follow: false });
  };
  it('makes a cookie that outlives the browser, and the service is told', async () => {
    const page = await enter({ rememberMe: 'true' });
    expect(cookieOf(page.headers)).toContain(`Max-Age=${30 * 86_400}`);
    expect(await cas.validate(new URL(locationOf(page)).searchParams.get('ticket')!)).toContain('<cas:longTermAuthenticationRequestTokenUsed>true<');
  });
  it('remembers for as long that the person wants to be asked (§2.2.1 warn)', async () => {
    const warn = [(await enter({ rememberMe: 'true', warn: 'true' })).headers['set-cookie']].flat().find((one) => one?.startsWith('latchkey-warn='));
    expect(warn).toContain(`Max-Age=${30 * 86_400}`);
  });
  it.each([{}, { rememberMe: 'false' }, { rememberMe: '' }])('%j does not', async (more) => {
    const page = await enter(more as Record<string, string>);
    expect(cookieOf(page.headers)).not.toContain('Max-Age');
    expect(await cas.validate(new URL(locationOf(page)).searchParams.get('ticket')!)).toContain('<cas:longTermAuthenticationRequestTokenUsed>false<');
  });
});

describe('the name in the form (CAS 3.0 §2.2.2)', () => {
  const post = async (fields: Record<string, string>) => {
    const browser = new Browser();
    const page = await cas.login(browser);
    const form = Object.fromEntries([...page.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    return browser.visit(`${cas.url}/cas/login`, { method: 'POST', form: { ...form, ...fields }, headers: { origin: cas.url }, follow: false });
  };
  it('may be called username, as the protocol calls it', async () =>
    expect(locationOf(await post({ username: 'ada', password: PASSWORD }))).toMatch(/^https:\/\/shop\.example\/\?ticket=ST-/));
  it('may be called login, as in the other form, which the filled-in field of this one does not change', async () =>
    expect(locationOf(await post({ username: 'grace', login: 'ada', password: PASSWORD }))).toMatch(/^https:\/\/shop\.example\/\?ticket=ST-/));
});

describe('what a service asks of a sign-in', () => {
  it('a second factor is not there: a page that says whom to ask, and no ticket', async () => {
    const page = await cas.login(await signedIn(), `service=${encodeURIComponent('https://vault.example/')}`);
    expect([page.status, errorOf(page), locationOf(page), page.body.includes('vault@example.org')]).toEqual([403, 'second_factor_needed', '', true]);
  });
  it('after its last day it is closed', async () => {
    const page = await cas.login(await signedIn(), `service=${encodeURIComponent('https://gone.example/')}`);
    expect([page.status, errorOf(page), locationOf(page)]).toEqual([403, 'service_disabled', '']);
  });
});

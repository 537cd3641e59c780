import type { Page } from 'playwright-core';
import type { Demo } from './demo.ts';

export interface Person {
  readonly login: string;
  readonly password: string;
}

export const ADA: Person = { login: 'ada', password: 'correct horse battery staple' };
/** Somebody with a long name, who uses applications with long names, one of which is down. */
export const LONG: Person = { login: 'wilhelmina.konstantinovna.van.wassenaer-obdam', password: 'a name that needs its room' };

/** A client that asks for everything, and can be told of nothing. */
export const SOCIETY = {
  id: 'society',
  redirectUri: 'http://127.0.0.1:9/callback',
  scope: 'openid profile email address phone groups offline_access orders:read',
};

/** The demo file with them: what a page makes of names that do not fit. */
export function withLongNames(file: string): string {
  return file
    .replace(/^people:$/m, `people:\n  - { username: ${LONG.login}, name: Wilhelmina Alexandrina Konstantinovna van Wassenaer-Obdam, password: ${LONG.password}, groups: [members] }`)
    .replace(
      /^clients:$/m,
      `clients:
  - id: ${SOCIETY.id}
    name: The Royal Society for the Encouragement of Arts, Manufactures and Commerce
    owner: The Honourable Secretaries of the Society, Adelphi
    redirectUris: ['${SOCIETY.redirectUri}']
    backchannelLogoutUri: http://127.0.0.1:9/told
    grantTypes: [authorization_code, refresh_token]
    authentication: none
    scopes: [${SOCIETY.scope.split(' ').map((scope) => `'${scope}'`).join(', ')}]
    resources: ['http://127.0.0.1:8081/api']`,
    );
}

export async function signIn(page: Page, { login, password }: Person): Promise<void> {
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.locator('#submit-button').click();
}

type Step = readonly [name: string, open: (page: Page, demo: Demo) => Promise<unknown>];

const service = ({ platform, boxOffice }: Demo, more = '') => `${platform.url}/cas/login?service=${encodeURIComponent(`${boxOffice}/`)}${more}`;

const society = ({ platform, boxOffice }: Demo) =>
  `${platform.url}/oauth2/authorize?${new URLSearchParams({
    client_id: SOCIETY.id,
    redirect_uri: SOCIETY.redirectUri,
    response_type: 'code',
    scope: SOCIETY.scope,
    prompt: 'consent',
    resource: `${boxOffice}/api`,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'state',
  })}`;

async function wrongPassword(page: Page, demo: Demo): Promise<void> {
  await page.goto(service(demo));
  await signIn(page, { login: 'ada', password: 'not the password' });
}

async function wrongCurrentPassword(page: Page, { platform }: Demo): Promise<void> {
  await page.goto(`${platform.url}/account/password`);
  await page.locator('#current').fill('not the password');
  await page.locator('#password').fill('short');
  await page.locator('#submit-button').click();
}

async function signedOut(page: Page, { platform }: Demo): Promise<void> {
  await page.goto(`${platform.url}/cas/logout`);
  // It asks for itself again while somebody is still to be told: what is looked at must stand still.
  await page.route('**/signed-out*', (route) => route.fulfill({ status: 204 }));
}

/** Every page of one person's visit, in an order in which each can be come by. */
export const visit: readonly Step[] = [
  ['sign-in-plain', (page, { platform }) => page.goto(`${platform.url}/cas/login`)],
  ['sign-in', (page, demo) => page.goto(service(demo))],
  ['sign-in-oauth', (page, { calendar }) => page.goto(`${calendar}/sign-in`)],
  ['sign-in-wrong-password', wrongPassword],
  ['error-not-registered', (page, { platform }) => page.goto(`${platform.url}/cas/login?service=https%3A%2F%2Fevil.example%2F`)],
  ['error-redirect', (page, { platform }) => page.goto(`${platform.url}/oauth2/authorize?client_id=calendar&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code`)],
  ['error-other-browser', (page, { platform }) => page.goto(`${platform.url}/cas/login?pending=AAAAAAAAAAAAAAAAAAAAAA.AAAA`)],
  ['error-not-found', (page, { platform }) => page.goto(`${platform.url}/nothing-here`)],
  ['box-office', (page, { boxOffice }) => page.goto(`${boxOffice}/`)],
  ['calendar', (page, { calendar }) => page.goto(`${calendar}/`)],
  ['box-office-signed-in', (page, demo) => enterBoxOffice(page, demo, ADA)],
  ['box-office-evening', (page) => page.locator('a[href^="/performances/"]').first().click()],
  ['box-office-basket', (page) => page.locator('form[action="/holds"] button').first().click()],
  ['box-office-tickets', (page) => page.locator('form[action$="/buy"] button').first().click()],
  ['consent', (page, { calendar }) => page.goto(`${calendar}/sign-in`)],
  ['calendar-denied', (page) => page.locator('#cancel-button').click()],
  ['calendar-orders', enterCalendar],
  ['signed-in', (page, { platform }) => page.goto(`${platform.url}/cas/login`)],
  ['sign-in-again', (page, demo) => page.goto(service(demo, '&renew=true'))],
  ['account', (page, { platform }) => page.goto(`${platform.url}/account`)],
  ['applications', (page, { platform }) => page.goto(`${platform.url}/consent/applications`)],
  ['password', (page, { platform }) => page.goto(`${platform.url}/account/password`)],
  ['password-wrong', wrongCurrentPassword],
  ['logout-confirm', (page, { platform }) => page.goto(`${platform.url}/oauth2/logout?client_id=calendar`)],
  ['signed-out', signedOut],
  ['signed-out-nobody', (page, { platform }) => page.goto(`${platform.url}/cas/signed-out`)],
];

/** The same for somebody whose applications cannot be told. */
export const longVisit: readonly Step[] = [
  ['long-account-empty', (page, demo) => enterAccount(page, demo, LONG)],
  ['long-applications-empty', (page, { platform }) => page.goto(`${platform.url}/consent/applications`)],
  ['long-consent', (page, demo) => page.goto(society(demo))],
  ['long-applications', async (page, { platform }) => {
    // The application is down: only the address that it would have been called at is left.
    await page.route('http://127.0.0.1:9/**', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html><title>Back</title>' }));
    await page.locator('#submit-button').click();
    await page.waitForURL('http://127.0.0.1:9/**');
    const code = new URL(page.url()).searchParams.get('code');
    await page.request.post(`${platform.url}/oauth2/token`, {
      form: { grant_type: 'authorization_code', client_id: SOCIETY.id, redirect_uri: SOCIETY.redirectUri, code: code!, code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    });
    await page.goto(`${platform.url}/consent/applications`);
  }],
  ['long-box-office', (page, demo) => enterBoxOffice(page, demo)],
  ['long-box-office-no-tickets', (page, { boxOffice }) => page.goto(`${boxOffice}/tickets`)],
  ['long-calendar-no-orders', enterCalendar],
  ['long-signed-out', async (page, demo) => {
    await page.goto(`${demo.platform.url}/cas/logout`);
    await page.locator('li[data-state=unreachable]').waitFor();
  }],
  ['long-account', (page, demo) => enterAccount(page, demo, LONG)],
];

async function enterAccount(page: Page, { platform }: Demo, person: Person): Promise<void> {
  await page.goto(`${platform.url}/account`);
  await signIn(page, person);
  await page.waitForURL(`${platform.url}/account`);
}

async function enterBoxOffice(page: Page, { boxOffice }: Demo, person?: Person): Promise<void> {
  await page.goto(`${boxOffice}/sign-in`);
  if (person !== undefined) await signIn(page, person);
  await page.waitForURL(`${boxOffice}/`);
}

async function enterCalendar(page: Page, { calendar }: Demo): Promise<void> {
  await page.goto(`${calendar}/sign-in`);
  await page.locator('#submit-button').click();
  await page.waitForURL(`${calendar}/`);
}

import { Browser } from '@latchkey/testing/browser';
import { expect, send } from '../http.mjs';
import { oauthOperations } from './oauth.mjs';

export const PEOPLE = 8;
export const PASSWORD = 'a long enough bench password';
export const SERVICE_URL = 'https://service.bench.example/';

export async function latchkeyOperations({ url }) {
  const cookies = new Map();
  const signedIn = async (worker) => {
    if (!cookies.has(worker)) cookies.set(worker, await passwordSignIn(url, worker));
    return cookies.get(worker);
  };
  return {
    ...oauthOperations({ authorizeUrl: `${url}/oauth2/authorize`, tokenUrl: `${url}/oauth2/token`, signedIn }),
    'CAS sign-on + validate, with a session': async (worker) => {
      const service = encodeURIComponent(SERVICE_URL);
      const answer = await send(`${url}/cas/login?service=${service}`, { cookie: await signedIn(worker) });
      const ticket = new URL(answer.headers.location ?? 'about:blank').searchParams.get('ticket');
      expect(answer.status === 303 && ticket !== null, 'a ticket', answer);
      const validated = await send(`${url}/cas/p3/serviceValidate?service=${service}&ticket=${ticket}`);
      expect(validated.body.includes('<cas:authenticationSuccess'), 'success', validated);
    },
    'password sign-in': async (worker) => void (await passwordSignIn(url, worker)),
  };
}

/** The whole way of a person: the page, then the form with its token and cookie. */
async function passwordSignIn(url, worker) {
  const browser = new Browser({ 'x-forwarded-for': `198.51.100.${worker + 1}` });
  const page = await browser.visit(`${url}/cas/login`);
  const answer = await browser.submit(page, { login: `bench${worker % PEOPLE}`, password: PASSWORD }, { follow: false });
  const session = browser.cookie(url, 'latchkey');
  expect([200, 303].includes(answer.status) && session !== undefined, 'a session', answer);
  return `latchkey=${session}; latchkey-flow=${browser.cookie(url, 'latchkey-flow')}`;
}

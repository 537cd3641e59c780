import { Browser } from '@latchkey/testing/browser';
import { expect } from '../http.mjs';
import { CLIENT, SCOPE, oauthOperations } from './oauth.mjs';

export async function oidcProviderOperations({ url }) {
  const cookies = new Map();
  const signedIn = async (worker) => {
    if (!cookies.has(worker)) cookies.set(worker, await signIn(url, worker));
    return cookies.get(worker);
  };
  return oauthOperations({ authorizeUrl: `${url}/auth`, tokenUrl: `${url}/token`, signedIn });
}

async function signIn(url, worker) {
  const browser = new Browser();
  const query = new URLSearchParams({
    client_id: CLIENT.id,
    response_type: 'code',
    redirect_uri: CLIENT.redirectUri,
    scope: SCOPE,
    prompt: 'consent',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const until = (next) => next.startsWith(CLIENT.redirectUri);
  let page = await browser.visit(`${url}/auth?${query}`, { until });
  page = await browser.submit(page, { login: `bench${worker}`, password: 'any' }, { until });
  if (page.status === 200) page = await browser.submit(page, {}, { until });
  expect(String(page.headers.location ?? '').startsWith(CLIENT.redirectUri), 'the end of the sign-in', page);
  return ['_session', '_session.sig'].map((name) => `${name}=${browser.cookie(url, name)}`).join('; ');
}

import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../libs/testing/dist/browser.js';
import { claims } from './applications.mjs';
import { Unanswered, answered, ask, basic } from './ask.mjs';
import { OPERATOR, PASSWORD, WEB } from './declaration.mjs';
import { Refused } from './ledger.mjs';

const VERIFIER = 'verifier-0123456789-0123456789-0123456789-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const PATIENCE_MS = 30_000;
const COOKIE = 'latchkey';
export const SIGN_OUTS = ['cas', 'oidc', 'admin'];

/**
 * What one person and their two applications do, each step once: it is done, refused, or nobody knows. Everything goes through
 * the front and into the ledger.
 */
export class Person {
  constructor({ url, application, ledger, username }) {
    Object.assign(this, { url, application, ledger, username });
    this.shop = `${application}/shop`;
    this.callback = `${application}/callback`;
  }

  /** By password, on the way to the shop. */
  signIn() {
    return this.ledger.step('sign-in', async () => {
      const browser = new Browser();
      const until = (url) => !url.startsWith(this.url);
      const form = known(await inTime(browser.visit(this.#loginUrl(), { until })));
      const page = known(await inTime(browser.submit(form, { login: this.username, password: PASSWORD }, { until })));
      const cookie = browser.cookie(this.url, COOKIE);
      const ticket = ticketOf(page.headers.location);
      if (cookie === undefined || ticket === undefined) throw new Refused(`no sign-in: ${page.status} ${headline(page.body)}`);
      return { session: this.ledger.opened({ sid: cookie.split('-')[0], cookie, username: this.username }), ticket };
    });
  }

  /** @throws SignedOut when the session is not known any more: nobody may find that while the session was not ended. */
  ticket(session) {
    return this.ledger.step('ticket', async () => {
      const answer = await answered(this.#loginUrl(), { headers: { cookie: `${COOKIE}=${session.cookie}` } });
      const ticket = ticketOf(answer.location);
      if (ticket === undefined) throw this.#signedOut(session, answer);
      return ticket;
    });
  }

  /** The application validates: whoever gets a success lets the person in, and has to be told of the end. */
  validate(session, ticket) {
    return this.ledger.step('validate', async () => {
      const answer = await answered(this.validationUrl(ticket)).catch((error) => {
        this.ledger.presented(this.ledger.tickets, ticket, 0);
        throw error;
      });
      const success = answer.body.includes('authenticationSuccess');
      this.ledger.presented(this.ledger.tickets, ticket, success ? 1 : 0);
      if (!success) throw new Refused(headline(answer.body));
      if (!session.validated.includes(ticket)) session.validated.push(ticket);
    });
  }

  validationUrl(ticket) {
    return `${this.url}/cas/p3/serviceValidate?${new URLSearchParams({ service: this.shop, ticket })}`;
  }

  code(session) {
    return this.ledger.step('authorize', async () => {
      const query = new URLSearchParams({
        client_id: WEB.id,
        redirect_uri: this.callback,
        response_type: 'code',
        scope: 'openid profile',
        state: random(),
        nonce: random(),
        code_challenge: CHALLENGE,
        code_challenge_method: 'S256',
      });
      const answer = await answered(`${this.url}/oauth2/authorize?${query}`, { headers: { cookie: `${COOKIE}=${session.cookie}` } });
      const code = answer.location.startsWith(this.callback) ? new URL(answer.location).searchParams.get('code') : null;
      if (code === null) throw this.#signedOut(session, answer);
      return code;
    });
  }

  redeem(session, code) {
    return this.ledger.step('token', async () => {
      const form = { grant_type: 'authorization_code', code, redirect_uri: this.callback, code_verifier: VERIFIER };
      const tokens = await this.#token(form).catch((error) => {
        this.ledger.presented(this.ledger.codes, code, 0);
        throw error;
      });
      this.ledger.presented(this.ledger.codes, code, 1);
      session.inWeb = true;
      session.idToken = tokens.id_token;
      if (claims(tokens.id_token).sid !== session.sid) this.ledger.violated('a token names another session', session.sid);
      this.#keep(session, tokens);
      return tokens;
    });
  }

  refresh(session) {
    return this.ledger.step('refresh', async () => this.#keep(session, await this.#token({ grant_type: 'refresh_token', refresh_token: session.refresh.at(-1) })));
  }

  /** One try of a sign-out by one of the three entrances. */
  signOut(session, by) {
    session.ending ??= performance.now();
    session.askedTimes += 1;
    return this.ledger.step(`sign-out (${by})`, async () => {
      await this.#entrances[by](session);
      session.ended ??= performance.now();
      session.by = by;
    });
  }

  /** RFC 7009: answers 200 also for what is not known; whoever asks for a living grant must not hear that while it lives. */
  revoke(session) {
    return this.ledger.step('revoke', async () => {
      const answer = await answered(`${this.url}/oauth2/revoke`, { method: 'POST', form: { token: session.refresh.at(-1) }, headers: basic(WEB.id, WEB.secret) });
      if (answer.status !== 200) throw new Refused(`status ${answer.status}`);
    });
  }

  #entrances = {
    cas: async ({ cookie }) => {
      const { status, location } = await answered(`${this.url}/cas/logout`, { headers: { cookie: `${COOKIE}=${cookie}` } });
      if (!location.includes('/cas/signed-out')) throw new Refused(`status ${status} ${location}`);
    },
    oidc: async ({ cookie, idToken }) => {
      const back = `${this.application}/bye`;
      const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: back });
      const { status, location } = await answered(`${this.url}/oauth2/logout?${query}`, { headers: { cookie: `${COOKIE}=${cookie}` } });
      if (!location.startsWith(back)) throw new Refused(`status ${status} ${location}`);
    },
    admin: async ({ sid, askedTimes }) => {
      const { status, body } = await answered(`${this.url}/admin/v1/sessions/${sid}`, { method: 'DELETE', headers: await this.operator() });
      // The try before may have ended it, and nobody heard.
      if (status !== 204 && !(status === 404 && askedTimes > 1)) throw new Refused(`status ${status} ${body.slice(0, 200)}`);
    },
  };

  async operator() {
    const form = { grant_type: 'client_credentials', scope: 'admin admin:read', resource: `${this.url}/admin` };
    const { status, body } = await answered(`${this.url}/oauth2/token`, { method: 'POST', form, headers: basic(OPERATOR.id, OPERATOR.secret) });
    if (status !== 200) throw new Refused(`no token for the operator: ${status} ${body}`);
    return { authorization: `Bearer ${JSON.parse(body).access_token}` };
  }

  /** Straight to one replica of cas: does it take the cookie? */
  async cookieTaken(replica, session, ms) {
    return ticketOf((await ask(this.#loginUrl(), { port: replica.port, headers: { cookie: `${COOKIE}=${session.cookie}` }, ms })).location) !== undefined;
  }

  /** Straight to one replica of token-issuer: does it call the access token active? */
  async accessTaken(replica, token, ms) {
    const { status, body } = await ask(`${this.url}/oauth2/introspect`, { port: replica.port, method: 'POST', form: { token }, headers: basic(WEB.id, WEB.secret), ms });
    return status === 200 && JSON.parse(body).active === true;
  }

  /** Straight to one replica of token-issuer: does it give tokens for the refresh token? */
  async refreshTaken(replica, token, ms) {
    const form = { grant_type: 'refresh_token', refresh_token: token };
    return (await ask(`${this.url}/oauth2/token`, { port: replica.port, method: 'POST', form, headers: basic(WEB.id, WEB.secret), ms })).status === 200;
  }

  async #token(form) {
    const { status, body } = await answered(`${this.url}/oauth2/token`, { method: 'POST', form, headers: basic(WEB.id, WEB.secret) });
    if (status !== 200) throw new Refused(`status ${status} ${body.slice(0, 200)}`);
    return JSON.parse(body);
  }

  #keep(session, tokens) {
    session.access.push(tokens.access_token);
    if (!session.refresh.includes(tokens.refresh_token)) session.refresh.push(tokens.refresh_token);
  }

  #loginUrl() {
    return `${this.url}/cas/login?${new URLSearchParams({ service: this.shop })}`;
  }

  #signedOut(session, { status, location, body }) {
    if (session.ending === undefined) this.ledger.violated('somebody was signed out whom nobody signed out', `${session.sid}: ${status} ${location} ${headline(body)}`);
    return new SignedOut(`status ${status} ${location}`);
  }
}

export class SignedOut extends Refused {}

/** Honest insistence: what nobody knows, or what was refused since it had expired meanwhile, is begun again. */
export async function insist(work, { ms, ledger, what }) {
  const end = performance.now() + ms;
  for (let waitMs = 200; ; waitMs = Math.min(2_000, waitMs * 1.5)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unanswered || error instanceof Refused) || error instanceof SignedOut) throw error;
      if (performance.now() > end) {
        ledger.violated(`${what} could not be done within ${ms / 1000} s`, error.message);
        throw error;
      }
      await pause(waitMs);
    }
  }
}

/** Of Browser, which waits for ever and throws whatever happened. */
async function inTime(page) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Unanswered('no answer')), PATIENCE_MS)));
  try {
    return await Promise.race([page, late]);
  } catch (error) {
    throw error instanceof Unanswered ? error : new Unanswered(error.message.slice(0, 300));
  } finally {
    clearTimeout(timer);
  }
}

function known(page) {
  if (page.status >= 500) throw new Unanswered(`status ${page.status}`);
  return page;
}

function ticketOf(location) {
  return location && URL.canParse(location) ? (new URL(location).searchParams.get('ticket') ?? undefined) : undefined;
}

function headline(body) {
  return body.replaceAll(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ').trim().slice(0, 160);
}

const random = () => randomBytes(8).toString('hex');

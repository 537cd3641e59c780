import { createHash, randomBytes } from 'node:crypto';
import { Browser, type Launched, type Page } from '@latchkey/testing';
import { PASSWORD, SECRET } from './declaration.ts';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly [name: string]: unknown;
}

export interface CodeRequest {
  readonly client: string;
  readonly redirectUri: string;
  readonly scope?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

export const VERIFIER = 'verifier-0123456789-0123456789-0123456789-0123456789';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** What people and applications do with a running platform, step by step, over HTTP. */
export class Walk {
  constructor(
    readonly platform: Pick<Launched, 'url'>,
    readonly application: string,
  ) {}

  browser(network?: string): Browser {
    return new Browser(network === undefined ? {} : { 'x-forwarded-for': network });
  }

  /** Signs in by password, on the way to `address` (default: the account page). */
  async signIn(browser: Browser, username = 'ada', password = PASSWORD, address = `${this.platform.url}/cas/login`): Promise<Page> {
    const page = await browser.visit(address, { until: this.away });
    return browser.submit(page, { login: username, password }, { until: this.away });
  }

  /** A service ticket for a browser that is signed in. */
  async ticket(browser: Browser, path = '/shop'): Promise<string> {
    const page = await browser.visit(`${this.platform.url}/cas/login?service=${encodeURIComponent(this.application + path)}`, { follow: false });
    const ticket = new URL(String(page.headers['location'] ?? 'about:blank')).searchParams.get('ticket');
    if (ticket === null) throw new Error(`no ticket: ${page.status} ${String(page.headers['location'])} ${page.body.slice(0, 500)}`);
    return ticket;
  }

  async validate(ticket: string, path = '/shop', more = ''): Promise<string> {
    const service = encodeURIComponent(this.application + path);
    return (await new Browser().visit(`${this.platform.url}/cas/p3/serviceValidate?service=${service}&ticket=${ticket}${more}`)).body;
  }

  authorizeUrl(request: CodeRequest): string {
    const query = new URLSearchParams({
      client_id: request.client,
      redirect_uri: request.redirectUri,
      response_type: 'code',
      scope: request.scope ?? 'openid profile',
      state: randomBytes(8).toString('hex'),
      nonce: randomBytes(8).toString('hex'),
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...request.extra,
    });
    return `${this.platform.url}/oauth2/authorize?${query}`;
  }

  /** The parameters with which the browser came back to the client. Consent, where asked for, is given. */
  async authorize(browser: Browser, request: CodeRequest): Promise<URLSearchParams> {
    const until = (url: string): boolean => url.startsWith(request.redirectUri);
    let page = await browser.visit(this.authorizeUrl(request), { until });
    if (page.status === 200 && page.url.includes('/consent')) page = await browser.submit(page, { decision: 'allow' }, { until });
    const location = String(page.headers['location'] ?? '');
    if (!until(location)) throw new Error(`not back at the client: ${page.status} ${page.url} ${location}\n${page.body.slice(0, 1500)}`);
    return new URL(location).searchParams;
  }

  async code(browser: Browser, request: CodeRequest): Promise<string> {
    const answer = await this.authorize(browser, request);
    const code = answer.get('code');
    if (code === null) throw new Error(`no code: ${answer}`);
    return code;
  }

  token(form: Readonly<Record<string, string>>, client?: { id: string; secret: string }): Promise<Page> {
    const headers: Record<string, string> =
      client === undefined ? {} : { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
    return new Browser().visit(`${this.platform.url}/oauth2/token`, { method: 'POST', form, headers });
  }

  redeem(code: string, request: Pick<CodeRequest, 'client' | 'redirectUri'> = this.web): Promise<Page> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: request.redirectUri, code_verifier: VERIFIER };
    return request.client === 'web' ? this.token(form, { id: 'web', secret: SECRET.web }) : this.token({ ...form, client_id: request.client });
  }

  async tokens(browser: Browser, request: CodeRequest = this.web): Promise<Tokens> {
    const answer = await this.redeem(await this.code(browser, request), request);
    if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as Tokens;
  }

  refresh(refreshToken: string, client: 'web' | 'third'): Promise<Page> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return client === 'web' ? this.token(form, { id: 'web', secret: SECRET.web }) : this.token({ ...form, client_id: 'third' });
  }

  async introspect(token: string): Promise<{ active: boolean }> {
    const authorization = `Basic ${Buffer.from(`web:${SECRET.web}`).toString('base64')}`;
    const page = await new Browser().visit(`${this.platform.url}/oauth2/introspect`, { method: 'POST', form: { token }, headers: { authorization } });
    return JSON.parse(page.body) as { active: boolean };
  }

  /** Calls the REST API as the operator's client does. */
  async admin(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, json?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await this.token(
      { grant_type: 'client_credentials', scope: 'admin', resource: `${this.platform.url}/admin` },
      { id: 'operator', secret: SECRET.admin },
    );
    if (answer.status !== 200) throw new Error(`no admin token: ${answer.status} ${answer.body}`);
    const { access_token } = JSON.parse(answer.body) as Tokens;
    const page = await new Browser({ accept: 'application/json' }).visit(`${this.platform.url}/admin/v1${path}`, {
      method: method as 'GET' | 'POST',
      headers: { authorization: `Bearer ${access_token}` },
      ...(json === undefined ? {} : { json }),
    });
    return { status: page.status, body: page.body === '' ? null : (JSON.parse(page.body) as unknown) };
  }

  get web(): CodeRequest {
    return { client: 'web', redirectUri: `${this.application}/callback`, scope: 'openid profile' };
  }

  private readonly away = (url: string): boolean => !url.startsWith(this.platform.url);

  get third(): CodeRequest {
    return { client: 'third', redirectUri: `${this.application}/third`, scope: 'openid profile' };
  }
}

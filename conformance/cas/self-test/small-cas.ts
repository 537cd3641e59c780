import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { request as httpRequest } from 'node:http';
import { readFileSync } from 'node:fs';
import type { StartOptions, Started } from '../start-target.ts';

/**
 * A CAS server just large enough that the rules hold, in memory, for the test of the suite itself: with a fault it does one thing
 * wrong, and the rules about that thing must fail. It guards nothing and serves nobody.
 */
export type Fault =
  | 'ticket twice'
  | 'ticket survives a failure'
  | 'any service'
  | 'open to everyone'
  | 'logout does nothing'
  | 'logout forgets the session'
  | 'logout follows url'
  | 'renew means nothing'
  | 'gateway asks'
  | 'any password'
  | 'credentials repeated'
  | 'tickets are counted'
  | 'reflects'
  | 'elements out of order'
  | 'attributes out of order'
  | 'single value'
  | 'no logout request'
  | 'another session index'
  | 'everyone is told'
  | 'http callback'
  | 'trusts anyone'
  | 'callback of any status'
  | 'proxies the other way'
  | 'pgt outlives the session'
  | 'proxy ticket as service ticket'
  | 'cookie lasts'
  | 'cookie for scripts'
  | 'odd cookie'
  | 'planted cookie stays';

interface Ticket {
  readonly session: string;
  readonly service: string;
  readonly fresh: boolean;
  readonly proxies: readonly string[];
  readonly proxy: boolean;
}
interface Session {
  readonly username: string;
  readonly at: Date;
  readonly visits: { service: string; ticket: string }[];
}
type Granting = Pick<Ticket, 'session' | 'proxies'>;

const TICKET_MS = 3_000;

export async function start({ services, people, authority, options, front }: Pick<StartOptions, 'services' | 'people' | 'authority' | 'options' | 'front'>): Promise<Started> {
  const cas = new SmallCas(services, people, readFileSync(authority, 'utf8'), front.origin, (options['fault'] ?? null) as Fault | null);
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => void cas.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  front.handOnTo((server.address() as { port: number }).port);
  return {
    url: `${front.origin}/cas`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class SmallCas {
  private readonly sessions = new Map<string, Session>();
  private readonly tickets = new Map<string, Ticket>();
  private readonly grantings = new Map<string, Granting>();
  private readonly forms = new Set<string>();
  private counted = 0;

  constructor(
    private readonly services: StartOptions['services'],
    private readonly people: StartOptions['people'],
    private readonly authority: string,
    private readonly origin: string,
    private readonly fault: Fault | null,
  ) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const cookie = /(?:^|; )TGC-small=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    response.setHeader('cache-control', 'no-store').setHeader('pragma', 'no-cache').setHeader('expires', new Date(0).toUTCString()).setHeader('x-frame-options', 'DENY');
    const path = url.pathname.replace(/^\/cas/, '');
    const proxied = path.endsWith('/proxyValidate');
    if (path === '/login') return request.method === 'POST' ? this.accept(form, cookie, response) : this.request(url.searchParams, cookie, response);
    if (path === '/logout') return this.logout(url.searchParams, cookie, response);
    if (path === '/validate') return this.text(await this.judge(url.searchParams, false), response);
    if (/^(?:\/p3)?\/(?:service|proxy)Validate$/.test(path)) return this.answer(await this.judge(url.searchParams, proxied), url.searchParams, path.startsWith('/p3'), response);
    if (path === '/proxy') return this.proxy(url.searchParams, response);
    response.writeHead(404).end();
  }

  private request(query: URLSearchParams, cookie: string, response: ServerResponse): void {
    const services = query.getAll('service');
    const service = services[0] ?? null;
    if (services.length > 1 || (service !== null && !this.registered(service))) return this.page(response, 403, `This application is not registered.${this.fault === 'reflects' ? service : ''}`);
    const renew = query.has('renew') && this.fault !== 'renew means nothing';
    if (this.sessions.has(cookie) && !renew) return service === null ? this.page(response, 200, 'You are signed in.') : this.redirect(response, withTicket(service, this.issue(cookie, service, false)));
    if (query.has('gateway') && !renew && service !== null && this.fault !== 'gateway asks') return this.redirect(response, service);
    this.form(response, 200, service, '');
  }

  private accept(form: URLSearchParams, cookie: string, response: ServerResponse): void {
    const service = form.get('service');
    if (service !== null && !this.registered(service)) return this.page(response, 403, 'This application is not registered.');
    const known = this.forms.delete(form.get('lt') ?? '');
    const person = this.people.find(({ username, password }) => username === form.get('username') && (password === form.get('password') || this.fault === 'any password'));
    if (person === undefined || !known) return this.form(response, 403, service, 'The name or the password is not right.');
    const id = this.fault === 'planted cookie stays' && cookie !== '' ? cookie : random() + (this.fault === 'odd cookie' ? '._' : '');
    this.sessions.set(id, { username: person.username, at: new Date(), visits: [] });
    response.setHeader('set-cookie', `TGC-small=${id}; Path=/cas; Secure${this.fault === 'cookie for scripts' ? '' : '; HttpOnly'}${this.fault === 'cookie lasts' ? '; Max-Age=86400' : ''}`);
    if (service === null) return this.page(response, 200, 'You have signed in.');
    const to = withTicket(service, this.issue(id, service, true));
    response.writeHead(this.fault === 'credentials repeated' ? 307 : 303, { location: to }).end();
  }

  private logout(query: URLSearchParams, cookie: string, response: ServerResponse): void {
    if (this.fault === 'logout does nothing') return this.page(response, 200, 'You have signed out.');
    const session = this.sessions.get(cookie);
    if (this.fault !== 'logout forgets the session') this.sessions.delete(cookie);
    const told = this.fault === 'everyone is told' ? [...this.sessions.values(), ...(session === undefined ? [] : [session])] : session === undefined ? [] : [session];
    if (this.fault !== 'no logout request') for (const { visits } of told) for (const visit of visits) this.tell(visit);
    response.setHeader('set-cookie', 'TGC-small=; Path=/cas; Max-Age=0');
    const service = query.get('service') ?? (this.fault === 'logout follows url' ? query.get('url') : null);
    const allowed = service !== null && query.getAll('service').length < 2 && (this.registered(service) || this.fault === 'logout follows url');
    if (allowed) return this.redirect(response, service);
    this.page(response, 200, 'You have signed out.');
  }

  private async judge(query: URLSearchParams, proxied: boolean): Promise<Validity> {
    const [service, ticket] = [query.get('service') ?? '', query.get('ticket') ?? ''];
    if (service === '' || ticket === '' || !['XML', 'JSON'].includes(query.get('format') ?? 'XML')) return { code: 'INVALID_REQUEST', words: 'Service and ticket are required' };
    const found = this.tickets.get(ticket);
    const wrong = found !== undefined && found.service !== service && this.fault !== 'any service';
    if (this.fault !== 'ticket twice' && !(wrong && this.fault === 'ticket survives a failure')) this.tickets.delete(ticket);
    if (found === undefined) return { code: 'INVALID_TICKET', words: `Ticket ${ticket} not recognized` };
    if (found.proxy && !proxied && this.fault !== 'proxy ticket as service ticket') return { code: 'INVALID_TICKET', words: 'A proxy ticket is not validated here' };
    if (wrong) return { code: 'INVALID_SERVICE', words: 'The ticket is for another service' };
    if (query.has('renew') && !found.fresh && this.fault !== 'renew means nothing') return { code: 'INVALID_TICKET', words: 'The ticket comes out of a session' };
    const session = this.sessions.get(found.session);
    if (session === undefined) return { code: 'INVALID_TICKET', words: 'The session has ended' };
    const pgtUrl = query.get('pgtUrl');
    let pgtIou: string | null = null;
    if (pgtUrl !== null) {
      const entry = this.services.find(({ url }) => url === service);
      if (entry === undefined || entry.pgtUrls.length === 0) return { code: 'UNAUTHORIZED_SERVICE_PROXY', words: 'The service is no proxy' };
      pgtIou = entry.pgtUrls.includes(pgtUrl) ? await this.grant(pgtUrl, found) : null;
      if (pgtIou === null) return { code: 'INVALID_PROXY_CALLBACK', words: 'The callback is not good' };
    }
    session.visits.push({ service, ticket });
    return { session, fresh: found.fresh, proxies: found.proxies, pgtIou };
  }

  /** The IOU; null when the callback is not good. */
  private async grant(pgtUrl: string, ticket: Ticket): Promise<string | null> {
    if (!pgtUrl.startsWith('https:') && this.fault !== 'http callback') return null;
    const [pgt, pgtIou] = [`PGT-${random()}`, `PGTIOU-${random()}`];
    const url = new URL(pgtUrl);
    url.searchParams.append('pgtId', pgt);
    url.searchParams.append('pgtIou', pgtIou);
    const status = await this.call(url.href, 'GET');
    if (status === null || (status !== 200 && this.fault !== 'callback of any status')) return null;
    this.grantings.set(pgt, { session: ticket.session, proxies: this.fault === 'proxies the other way' ? [...ticket.proxies, pgtUrl] : [pgtUrl, ...ticket.proxies] });
    return pgtIou;
  }

  private proxy(query: URLSearchParams, response: ServerResponse): void {
    const [pgt, target] = [query.get('pgt'), query.get('targetService')];
    const fail = (code: string, words: string): void => this.xml(response, `<cas:proxyFailure code="${code}">${words}</cas:proxyFailure>`);
    if (pgt === null || target === null) return fail('INVALID_REQUEST', 'pgt and targetService are required');
    const granting = this.grantings.get(pgt);
    if (granting === undefined || (!this.sessions.has(granting.session) && this.fault !== 'pgt outlives the session')) return fail('INVALID_TICKET', 'The ticket is not valid');
    if (!this.registered(target)) return fail('UNAUTHORIZED_SERVICE', 'The target is not registered');
    const ticket = `PT-${random()}`;
    this.keep(ticket, { ...granting, service: target, fresh: false, proxy: true });
    this.xml(response, `<cas:proxySuccess><cas:proxyTicket>${ticket}</cas:proxyTicket></cas:proxySuccess>`);
  }

  private answer(validity: Validity, query: URLSearchParams, p3: boolean, response: ServerResponse): void {
    const json = query.get('format') === 'JSON';
    if ('code' in validity) {
      if (json) return this.json(response, { authenticationFailure: { code: validity.code, description: validity.words } });
      return this.xml(response, `<cas:authenticationFailure code="${validity.code}">${this.fault === 'reflects' ? validity.words : escape(validity.words)}</cas:authenticationFailure>`);
    }
    const { session, fresh, proxies, pgtIou } = validity;
    const own = Object.entries(this.people.find(({ username }) => username === session.username)?.attributes ?? {}).map(([name, values]): [string, readonly string[]] => [name, this.fault === 'single value' ? values.slice(0, 1) : values]);
    const fixed: [string, readonly string[]][] = [['authenticationDate', [session.at.toISOString()]], ['longTermAuthenticationRequestTokenUsed', ['false']], ['isFromNewLogin', [String(fresh)]]];
    const attributes = this.fault === 'attributes out of order' ? [...own, ...fixed] : [...fixed, ...own];
    if (json) {
      const listed = Object.fromEntries(attributes.map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
      return this.json(response, { authenticationSuccess: { user: session.username, ...(p3 && { attributes: listed }), ...(pgtIou !== null && { proxyGrantingTicket: pgtIou }), ...(proxies.length > 0 && { proxies }) } });
    }
    const user = `<cas:user>${escape(session.username)}</cas:user>`;
    const shown = p3 ? `<cas:attributes>${attributes.flatMap(([name, values]) => values.map((value) => `<cas:${name}>${escape(value)}</cas:${name}>`)).join('')}</cas:attributes>` : '';
    const rest = (pgtIou === null ? '' : `<cas:proxyGrantingTicket>${pgtIou}</cas:proxyGrantingTicket>`) + (proxies.length === 0 ? '' : `<cas:proxies>${proxies.map((one) => `<cas:proxy>${escape(one)}</cas:proxy>`).join('')}</cas:proxies>`);
    this.xml(response, `<cas:authenticationSuccess>${this.fault === 'elements out of order' ? rest + shown + user : user + shown + rest}${this.fault === 'elements out of order' ? '<cas:more/>' : ''}</cas:authenticationSuccess>`);
  }

  private text(validity: Validity, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('code' in validity ? 'no\n\n' : `yes\n${validity.session.username}\n`);
  }

  private registered(url: string): boolean {
    return this.fault === 'open to everyone' || this.services.some((service) => service.url === url);
  }

  private issue(session: string, service: string, fresh: boolean): string {
    const ticket = this.fault === 'tickets are counted' ? `ST-${++this.counted}` : `ST-${random()}`;
    this.keep(ticket, { session, service, fresh, proxies: [], proxy: false });
    return ticket;
  }

  private keep(id: string, ticket: Ticket): void {
    this.tickets.set(id, ticket);
    setTimeout(() => this.tickets.delete(id), TICKET_MS).unref();
  }

  private tell({ service, ticket }: { service: string; ticket: string }): void {
    const index = this.fault === 'another session index' ? 'ST-another' : ticket;
    const document =
      `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${random()}" Version="2.0" IssueInstant="${new Date().toISOString()}">` +
      `<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID><samlp:SessionIndex>${index}</samlp:SessionIndex></samlp:LogoutRequest>`;
    void this.call(service, 'POST', new URLSearchParams({ logoutRequest: document }).toString());
  }

  /** null: nobody that is trusted answered. */
  private call(url: string, method: string, body = ''): Promise<number | null> {
    return new Promise((resolve) => {
      const trust = url.startsWith('https:') ? { ca: [this.authority], servername: 'localhost', rejectUnauthorized: this.fault !== 'trusts anyone' } : {};
      const call = (url.startsWith('https:') ? httpsRequest : httpRequest)(
        url,
        { method, agent: false, hostname: '127.0.0.1', ...trust, headers: { host: new URL(url).host, ...(body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      call.on('error', () => resolve(null));
      call.end(body);
    });
  }

  private form(response: ServerResponse, status: number, service: string | null, words: string): void {
    const lt = `LT-${random()}`;
    this.forms.add(lt);
    const hidden = `<input type="hidden" name="lt" value="${lt}">${service === null ? '' : `<input type="hidden" name="service" value="${escape(service)}">`}`;
    this.page(response, status, `${words}<form method="post" action="/cas/login">${hidden}<input name="username"><input type="password" name="password"><button>Sign in</button></form>`);
  }

  private page(response: ServerResponse, status: number, body: string): void {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><title>Small CAS</title><body>${body}</body>`);
  }

  private redirect(response: ServerResponse, to: string): void {
    response.writeHead(303, { location: to }).end();
  }

  private xml(response: ServerResponse, content: string): void {
    response.writeHead(200, { 'content-type': 'application/xml; charset=utf-8' }).end(`<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${content}</cas:serviceResponse>`);
  }

  private json(response: ServerResponse, serviceResponse: object): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ serviceResponse }));
  }
}

type Validity = { readonly code: string; readonly words: string } | { readonly session: Session; readonly fresh: boolean; readonly proxies: readonly string[]; readonly pgtIou: string | null };

const random = (): string => randomBytes(14).toString('hex');
const withTicket = (service: string, ticket: string): string => `${service}${service.includes('?') ? '&' : '?'}ticket=${ticket}`;
const escape = (text: string): string =>
  text
    // Characters that XML cannot hold at all.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

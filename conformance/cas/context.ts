import type { Applications } from './applications.ts';
import { Client, locationOf, type Exchange, type Page } from './client.ts';
import type { Cookie } from './cookies.ts';
import { formsOf, leadsTo, loginFormOf, textOf, untouched, type Form } from './html.ts';
import type { Heard, Listener } from './listener.ts';
import { Broken, holds, short } from './rule.ts';
import { CALLBACK, type Service, type ServiceId } from './services.ts';
import { readJson, readXml, type ServiceResponse } from './service-response.ts';
import type { Person, Target } from './target.ts';

export interface ContextParts {
  readonly target: Target;
  readonly url: string;
  readonly applications: Applications;
  readonly services: readonly Service[];
  readonly certificates: readonly string[];
}

type Parameters = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export interface SignIn {
  readonly person?: Person;
  readonly parameters?: Parameters;
  /** Fields set beside name and password. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A proxy-granting ticket, the way it came. */
export interface Granted {
  readonly pgt: string;
  readonly pgtIou: string;
  readonly response: ServiceResponse;
  readonly client: Client;
}

/** What rules do with a server: the steps of people, services and proxies, each as the protocol has it. One context is used by one rule. */
export class Context {
  readonly exchanges: Exchange[] = [];

  constructor(private readonly parts: ContextParts) {}

  get target(): Target {
    return this.parts.target;
  }

  get applications(): Applications {
    return this.parts.applications;
  }

  get application(): Listener {
    return this.parts.applications.application;
  }

  get person(): Person {
    return this.target.people[0];
  }

  get url(): string {
    return this.parts.url;
  }

  get isHttps(): boolean {
    return this.url.startsWith('https:');
  }

  service(id: ServiceId = 'plain'): string {
    const found = this.parts.services.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no service ${id}`);
    return found.url;
  }

  /** An address that is registered nowhere. */
  get stranger(): string {
    return `${this.application.origin}/nobody`;
  }

  get callback(): string {
    return this.application.origin + CALLBACK;
  }

  address(path: string, parameters: Parameters = {}): string {
    const query = new URLSearchParams(Array.isArray(parameters) ? (parameters as [string, string][]) : (parameters as Record<string, string>)).toString();
    return `${this.url}${path}${query === '' ? '' : `?${query}`}`;
  }

  client(): Client {
    return new Client({
      origin: new URL(this.url).origin,
      certificates: this.parts.certificates,
      headers: this.target.headers,
      record: (exchange) => void this.exchanges.push(exchange),
    });
  }

  login(client: Client, parameters: Parameters = {}, follow = true): Promise<Page> {
    return client.visit(this.address('/login', parameters), { follow });
  }

  logout(client: Client, parameters: Parameters = {}): Promise<Page> {
    return client.visit(this.address('/logout', parameters));
  }

  /** @throws Broken when the page asks for no password */
  form(page: Page): Form {
    const form = loginFormOf(page);
    if (form === null) throw new Broken(`no form with a password at ${page.url}: ${page.status} ${locationOf(page) ?? short(textOf(page.body))}`);
    return form;
  }

  asks(page: Page): boolean {
    return loginFormOf(page) !== null;
  }

  /** Names of the two fields a person fills in. */
  names(form: Form): { username: string; password: string } {
    const password = this.target.login.password ?? form.fields.find(({ type }) => type === 'password')?.name;
    const texts = form.fields.filter(({ type }) => ['text', 'email', 'tel', ''].includes(type));
    const username = this.target.login.username ?? (texts.find(({ name }) => name === 'username') ?? texts[0])?.name;
    if (password === undefined || username === undefined) throw new Broken(`the form has no field for a name: ${form.fields.map(({ name, type }) => `${name} (${type})`).join(', ')}`);
    return { username, password };
  }

  /** What is sent when a person fills the form in. */
  filled(form: Form, person: Pick<Person, 'username' | 'password'>, fields: Readonly<Record<string, string>> = {}): [string, string][] {
    const names = this.names(form);
    const typed: Record<string, string> = { [names.username]: person.username, [names.password]: person.password, ...fields };
    const button = form.fields.find(({ type, value }) => type === 'submit' && value !== '' && !/cancel|reset|warn/i.test(value));
    return [
      ...untouched(form).filter(([name]) => !(name in typed)),
      ...(button !== undefined && !(button.name in typed) ? ([[button.name, button.value]] as [string, string][]) : []),
      ...Object.entries(typed),
    ];
  }

  /** What is sent when a person agrees: nothing typed, the button that does not say no. */
  filledIn(form: Form): [string, string][] {
    const button = form.fields.find(({ type, name, value }) => type === 'submit' && !/cancel|deny|reset|abort|no\b/i.test(`${name} ${value}`));
    return [...untouched(form), ...(button === undefined ? [] : ([[button.name, button.value]] as [string, string][]))];
  }

  /** Submits as a browser does: the page that answers, or the redirect that leads away. */
  submit(client: Client, page: Page, form: Form, fields: readonly (readonly [string, string])[], follow = true): Promise<Page> {
    const origin = new URL(page.url).origin;
    if (form.method === 'GET') {
      const action = new URL(form.action);
      action.search = new URLSearchParams(fields as [string, string][]).toString();
      return client.visit(action.href, { follow });
    }
    return client.visit(form.action, { method: 'POST', form: fields, headers: { origin, referer: page.url }, follow });
  }

  async signIn(client: Client, { person = this.person, parameters = {}, fields = {} }: SignIn = {}): Promise<Page> {
    const page = await this.login(client, parameters);
    const form = this.form(page);
    return this.submit(client, page, form, this.filled(form, person, fields));
  }

  /** A browser whose session stands, without a service. */
  async signedIn(person: Person = this.person): Promise<Client> {
    const client = this.client();
    const page = await this.signIn(client, { person });
    holds(!this.asks(page), `the right password was not accepted: ${page.status} ${short(textOf(page.body))}`);
    return client;
  }

  /** Where an answer takes the browser: by a redirect, or, as Appendix B has it, by a page. */
  destination(page: Page, service: string): string | null {
    const location = locationOf(page);
    if (location !== null && page.status >= 300 && page.status < 400) return location;
    const bare = service.split('#', 1)[0]!;
    return leadsTo(page).find((url) => url.startsWith(bare) && /[?&]ticket=/.test(url)) ?? null;
  }

  /** The ticket with which an answer takes the browser to a service. @throws Broken when it does not */
  ticketOf(page: Page, service: string): string {
    const destination = this.destination(page, service);
    if (destination === null) throw new Broken(`the browser is not taken to ${service}: ${page.status} ${short(textOf(page.body))}`);
    const ticket = URL.canParse(destination) ? new URL(destination).searchParams.get('ticket') : null;
    if (ticket === null || !sameAddress(destination, service)) throw new Broken(`the browser is taken to ${short(destination)}, not to ${service} with a ticket`);
    return ticket;
  }

  /** A ticket from a session that stands. */
  async ticket(client: Client, service = this.service()): Promise<string> {
    return this.ticketOf(await this.login(client, { service }), service);
  }

  /** A ticket from the presentation of primary credentials, and the browser that got it. */
  async fresh(service = this.service(), signIn: Omit<SignIn, 'parameters'> = {}): Promise<{ ticket: string; client: Client }> {
    const client = this.client();
    const page = await this.signIn(client, { ...signIn, parameters: { service } });
    return { ticket: this.ticketOf(page, service), client };
  }

  /** Asks as a service does: without cookies, and without a wish for pages. */
  ask(path: string, parameters: Parameters): Promise<Page> {
    return this.client().visit(this.address(path, parameters), { headers: { accept: '*/*' } });
  }

  async validate(path: string, parameters: Parameters): Promise<ServiceResponse> {
    const pairs = Array.isArray(parameters) ? (parameters as [string, string][]) : Object.entries(parameters as Record<string, string>);
    const json = pairs.some(([name, value]) => name === 'format' && value === 'JSON');
    const page = await this.ask(path, parameters);
    return json ? readJson(page) : readXml(page);
  }

  /** A positive twin: the ticket is good there. @throws Broken */
  async valid(path: string, ticket: string, service = this.service(), more: Readonly<Record<string, string>> = {}): Promise<ServiceResponse> {
    const response = await this.validate(path, { service, ticket, ...more });
    holds(response.outcome === 'authenticationSuccess', `a ticket that is good was refused at ${path}: ${response.code} ${short(response.description)}`);
    holds(response.user === this.person.username, `the answer names ${short(response.user)}, not ${this.person.username}`);
    return response;
  }

  /** @throws Broken when the answer is a success, or a failure with another code than those wanted */
  refused(response: ServiceResponse, ...codes: string[]): void {
    holds(response.outcome === 'authenticationFailure' || response.outcome === 'proxyFailure', `accepted: ${response.outcome} ${short(response.user ?? response.proxyTicket)}`);
    holds(codes.length === 0 || codes.includes(response.code ?? ''), `refused with the code ${short(response.code)}, not ${codes.join(' or ')}`);
  }

  callbacks(path = CALLBACK, listener = this.application): Heard[] {
    return listener.heard.filter((heard) => heard.path === path && (heard.query.has('pgtId') || heard.query.has('pgtIou')));
  }

  /** A proxy-granting ticket by way of a service ticket. @throws Broken */
  async granted(path = '/serviceValidate', pgtUrl = this.callback): Promise<Granted> {
    const { ticket, client } = await this.fresh(this.service('proxy'));
    return { ...(await this.grantedFor(path, ticket, this.service('proxy'), pgtUrl)), client };
  }

  async grantedFor(path: string, ticket: string, service: string, pgtUrl: string): Promise<Omit<Granted, 'client'>> {
    const response = await this.validate(path, { service, ticket, pgtUrl });
    holds(response.outcome === 'authenticationSuccess', `the ticket was refused with a good pgtUrl: ${response.code} ${short(response.description)}`);
    holds(response.pgtIou !== null, 'the answer to a good pgtUrl holds no proxyGrantingTicket');
    const called = this.callbacks(new URL(pgtUrl).pathname).find(({ query }) => query.get('pgtIou') === response.pgtIou);
    holds(called !== undefined, `the callback was never told the pgtIou ${response.pgtIou} of the answer`);
    const pgt = called.query.get('pgtId');
    holds(pgt !== null && pgt !== '', 'the callback was told no pgtId');
    return { pgt, pgtIou: response.pgtIou, response };
  }

  /** @throws Broken */
  async proxyTicket(pgt: string, targetService = this.service('backend')): Promise<string> {
    const response = readXml(await this.ask('/proxy', { pgt, targetService }));
    holds(response.outcome === 'proxySuccess' && response.proxyTicket !== null, `no proxy ticket: ${response.outcome} ${response.code} ${short(response.description)}`);
    return response.proxyTicket;
  }

  /** The cookie that is the session: the one with which alone the browser is still signed in. @throws Broken */
  async ticketGrantingCookie(client: Client): Promise<Cookie> {
    for (const cookie of client.cookies.all()) {
      const alone = client.with(client.cookies.copy(({ name, path }) => name === cookie.name && path === cookie.path));
      if (this.destination(await this.login(alone, { service: this.service() }), this.service())?.includes('ticket=')) return cookie;
    }
    throw new Broken(`no single cookie carries the session: ${client.cookies.all().map(({ name }) => name).join(', ') || 'no cookies'}`);
  }

  /** A mark in what the listeners heard, so that a rule looks only at what came after. */
  logoutRequests(since: number, path: string): Heard[] {
    return this.application.heard.slice(since).filter((heard) => heard.method === 'POST' && heard.path === path);
  }

  async toldOf(since: number, service: string, count = 1): Promise<Heard[]> {
    const { pathname } = new URL(service);
    await this.application.hears((heard) => this.application.heard.indexOf(heard) >= since && heard.method === 'POST' && heard.path === pathname, {
      count,
      ms: this.target.sloSeconds * 1000,
    });
    return this.logoutRequests(since, pathname);
  }

  forms(page: Page): Form[] {
    return formsOf(page);
  }
}

/** The address of a service with nothing added but a ticket. */
function sameAddress(destination: string, service: string): boolean {
  const [got, wanted] = [new URL(destination), new URL(service)];
  got.searchParams.delete('ticket');
  // Compared as they are read: how a server writes a space is its own.
  const read = (url: URL): string => JSON.stringify([url.origin, url.pathname, [...url.searchParams]]);
  return read(got) === read(wanted);
}

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Visit {
  readonly method?: 'GET' | 'POST';
  readonly form?: Readonly<Record<string, string>> | URLSearchParams;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Follow 302/303 (default true). A redirect to an origin that nobody serves is a good place to stop: `until`. */
  readonly follow?: boolean;
  /** Stop before visiting an address that this says yes to; the page is then the redirect itself. */
  readonly until?: (url: string) => boolean;
}

/**
 * What a browser does, without one: cookies by host, redirects, forms. Answers carry what was really sent, so a test can look
 * at each header.
 */
export class Browser {
  private readonly jar = new Map<string, Map<string, string>>();

  /** `authority`: the only one (PEM) whose certificates this browser trusts, where it visits https. */
  constructor(
    private readonly headers: Readonly<Record<string, string>> = {},
    private readonly authority?: string,
  ) {}

  async visit(address: string, visit: Visit = {}): Promise<Page> {
    let page = await this.once(address, visit);
    for (let hops = 0; (visit.follow ?? true) && [302, 303].includes(page.status) && hops < 20; hops++) {
      const next = new URL(String(page.headers['location']), page.url).href;
      if (visit.until?.(next)) return page;
      page = await this.once(next, { ...(visit.headers ? { headers: visit.headers } : {}) });
    }
    return page;
  }

  /** Fills the first form of a page that `fields` fits, keeping its hidden fields, and submits it. */
  async submit(page: Page, fields: Readonly<Record<string, string>>, visit: Visit & { form?: never; which?: number } = {}): Promise<Page> {
    const forms = [...page.body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)];
    const [, attributes, inner] = forms[visit.which ?? 0] ?? [];
    if (attributes === undefined || inner === undefined) throw new Error(`no form in the page at ${page.url} (${page.status}):\n${page.body.slice(0, 2000)}`);
    const action = new URL(attribute(attributes, 'action') ?? page.url, page.url).href;
    const form: Record<string, string> = {};
    for (const [input] of inner.matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(input, 'name');
      const type = attribute(input, 'type') ?? 'text';
      if (name !== undefined && !['submit', 'checkbox', 'radio'].includes(type)) form[name] = attribute(input, 'value') ?? '';
    }
    return this.visit(action, { ...visit, method: 'POST', form: { ...form, ...fields }, headers: { origin: new URL(page.url).origin, ...visit.headers } });
  }

  cookie(url: string, name: string): string | undefined {
    return this.jar.get(new URL(url).hostname)?.get(name);
  }

  setCookie(url: string, name: string, value: string): void {
    const host = new URL(url).hostname;
    if (!this.jar.has(host)) this.jar.set(host, new Map());
    this.jar.get(host)!.set(name, value);
  }

  forget(): void {
    this.jar.clear();
  }

  private once(address: string, visit: Visit): Promise<Page> {
    const url = new URL(address);
    const cookies = [...(this.jar.get(url.hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = visit.form !== undefined ? new URLSearchParams(visit.form).toString() : visit.json !== undefined ? JSON.stringify(visit.json) : undefined;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
        url,
        {
          method: visit.method ?? 'GET',
          agent: false,
          // Browsers know every name under localhost without asking. It may mean ::1, where nobody listens: the tests' servers are on IPv4.
          ...(/(?:^|\.)localhost$/.test(url.hostname) ? { hostname: '127.0.0.1', setHost: false } : {}),
          ...(url.protocol === 'https:' ? { ca: this.authority, ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}) } : {}),
          headers: {
            host: url.host,
            'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
            accept: 'text/html',
            ...this.headers,
            ...(cookies === '' ? {} : { cookie: cookies }),
            ...(visit.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...(visit.json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body).toString() }),
            ...visit.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            for (const line of response.headers['set-cookie'] ?? []) this.keep(url, line);
            resolve({ url: url.href, status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  private keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut);
    const value = pair.slice(cut + 1);
    const gone = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
    if (gone) this.jar.get(url.hostname)?.delete(name);
    else this.setCookie(url.href, name, decodeURIComponent(value));
  }
}

function attribute(tag: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag) ?? [];
  return value === undefined ? undefined : unescapeHtml(value);
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
}

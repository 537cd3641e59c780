import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Cookies } from './cookies.ts';
import { Broken } from './rule.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What was sent and what came back, for the report of a failure. */
export interface Exchange {
  readonly sent: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly came: { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string } | { readonly error: string };
}

export interface Visit {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly form?: URLSearchParams | readonly (readonly [string, string])[];
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Follow redirects that stay at the server (default true). One that leads elsewhere is never followed: it is what a test looks at. */
  readonly follow?: boolean;
}

export interface ClientOptions {
  readonly origin: string;
  readonly certificates: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly record: (exchange: Exchange) => void;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const ANSWER_MS = 30_000;

/** A browser without a window: cookies, redirects, and every answer as it was sent. */
export class Client {
  constructor(
    private readonly options: ClientOptions,
    readonly cookies = new Cookies(),
  ) {}

  async visit(address: string, visit: Visit = {}): Promise<Page> {
    let page = await this.once(address, visit);
    for (let hops = 0; (visit.follow ?? true) && REDIRECTS.includes(page.status) && hops < 10; hops++) {
      const next = locationOf(page);
      if (next === null || !URL.canParse(next) || new URL(next).origin !== this.options.origin) return page;
      page = await this.once(next, visit.headers === undefined ? {} : { headers: visit.headers });
    }
    return page;
  }

  /** The same browser with other cookies. */
  with(cookies: Cookies): Client {
    return new Client(this.options, cookies);
  }

  private once(address: string, visit: Visit): Promise<Page> {
    const url = new URL(address);
    const cookie = this.cookies.header(url);
    const body = visit.form === undefined ? (visit.body ?? '') : new URLSearchParams(visit.form as [string, string][]).toString();
    const method = visit.method ?? 'GET';
    const headers: Record<string, string> = {
      host: url.host,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'accept-language': 'en',
      ...this.options.headers,
      ...(cookie === '' ? {} : { cookie }),
      ...(visit.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(method === 'POST' ? { 'content-length': Buffer.byteLength(body).toString() } : {}),
      ...visit.headers,
    };
    const sent = { method, url: url.href, headers, body };
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.options.record({ sent, came: { error: error.message } });
        reject(new Broken(`${method} ${url.href.slice(0, 200)} was not answered: ${error.message}`));
      };
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
        url,
        {
          method,
          headers,
          agent: false,
          // Names under localhost are known without asking, and mean IPv4 here: the listeners of the suite are there.
          ...(/(?:^|\.)localhost$/.test(url.hostname) ? { hostname: '127.0.0.1', servername: url.hostname, setHost: false } : {}),
          ...(url.protocol === 'https:' ? { ca: [...this.options.certificates] } : {}),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            for (const line of response.headers['set-cookie'] ?? []) this.cookies.take(url, line);
            const page = { url: url.href, status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') };
            this.options.record({ sent, came: { status: page.status, headers: page.headers, body: page.body } });
            resolve(page);
          });
        },
      );
      request.setTimeout(ANSWER_MS, () => request.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** Where a redirect leads, as a browser reads it; null when the answer is none. */
export function locationOf(page: Page): string | null {
  const location = page.headers.location;
  if (location === undefined) return null;
  return URL.canParse(location, page.url) ? new URL(location, page.url).href : location;
}

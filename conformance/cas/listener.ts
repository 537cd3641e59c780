import { createServer as createHttp, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { KeyAndCertificate } from './authority.ts';

/** What a listener heard. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An application as the server under test sees it: answers by path, remembers everything, wakes whoever waits. */
export class Listener {
  readonly heard: Heard[] = [];
  private readonly replies = new Map<string, Reply>();
  private waiting: (() => void)[] = [];

  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start({ host, port, tls }: { host: string; port: number; tls: KeyAndCertificate | null }): Promise<Listener> {
    const server = tls === null ? createHttp() : createHttps({ key: tls.key, cert: tls.certificate });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the listener has no port');
    const listener = new Listener(`${tls === null ? 'http' : 'https'}://${host}:${address.port}`, server);
    server.on('request', (request: IncomingMessage, response) => {
      void listener.hear(request).then(({ status, headers }) => response.writeHead(status, headers).end(status === 204 ? undefined : 'heard'));
    });
    // A caller that does not trust the certificate leaves in the middle of a handshake.
    server.on('tlsClientError', () => undefined);
    return listener;
  }

  /** What is answered at a path from now on; 200 elsewhere. */
  answer(path: string, reply: Reply): void {
    this.replies.set(path, reply);
  }

  /** What was heard that `wanted` says yes to, once there are `count` of them or the time is over. */
  async hears(wanted: (heard: Heard) => boolean, { count = 1, ms }: { count?: number; ms: number }): Promise<Heard[]> {
    const until = Date.now() + ms;
    for (;;) {
      const found = this.heard.filter(wanted);
      const left = until - Date.now();
      if (found.length >= count || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async hear(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', this.origin);
    this.heard.push({
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    });
    for (const wake of this.waiting.splice(0)) wake();
    return this.replies.get(url.pathname) ?? { status: 200 };
  }
}

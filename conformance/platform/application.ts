import { createServer, type IncomingMessage } from 'node:http';

export interface Told {
  readonly path: string;
  readonly form: URLSearchParams;
}

/** An application as the logout sees it: it listens, and remembers what it was told. */
export class Application {
  readonly told: Told[] = [];
  private waiting: (() => void)[] = [];
  private status = 200;

  private constructor(
    readonly url: string,
    readonly hostAndPort: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<Application> {
    let application: Application | null = null;
    const server = createServer((request, response) => {
      void read(request).then((body) => {
        const answer = application!.hear({ path: request.url ?? '', form: new URLSearchParams(body) });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the application has no port');
    const end = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    application = new Application(`http://127.0.0.1:${address.port}`, `127.0.0.1:${address.port}`, end);
    return application;
  }

  answerWith(status: number): void {
    this.status = status;
  }

  /** Resolves when something was told that `wanted` says yes to. */
  async hears(wanted: (told: Told) => boolean, ms = 15_000): Promise<Told> {
    await this.until(() => this.told.some(wanted), ms);
    return this.told.find(wanted)!;
  }

  /** Resolves when what was told so far meets `condition`, which is asked anew at each telling. */
  async until(condition: () => boolean, ms = 15_000): Promise<void> {
    const until = Date.now() + ms;
    for (;;) {
      if (condition()) return;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`not told within ${ms} ms; told: ${this.told.map(({ path }) => path).join(' ') || 'nothing'}`);
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
    return this.end();
  }

  private hear(told: Told): number {
    if (this.status < 400) this.told.push(told);
    for (const wake of this.waiting.splice(0)) wake();
    return this.status;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

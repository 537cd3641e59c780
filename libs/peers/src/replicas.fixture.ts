import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AskAnswer, Attempt } from './ask.ts';
import { httpCarrier, type HttpCarrierOptions } from './http-carrier.ts';

/** Real servers, real sockets, and a carrier that asks them. */
export class Replicas {
  private readonly servers = new Set<Server>();
  private readonly processes = new Set<ChildProcess>();
  private readonly carriers: { close(): void }[] = [];

  async start(answer: RequestListener, port = 0): Promise<{ address: URL; server: Server; stop(): Promise<void> }> {
    const server = createServer({ keepAliveTimeout: 4_000 }, answer).listen(port, '127.0.0.1');
    this.servers.add(server);
    await once(server, 'listening');
    const stop = async (): Promise<void> => {
      this.servers.delete(server);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    };
    return { address: addressOf(server), server, stop };
  }

  /** An address at which nobody listens. */
  async nobody(): Promise<URL> {
    const { address, stop } = await this.start(() => undefined);
    await stop();
    return address;
  }

  /** A process of its own, which answers with its name, to be stopped and killed. */
  async process(name: string): Promise<{ address: URL; child: ChildProcess }> {
    const program = `require('node:http').createServer((_q, r) => r.end(${JSON.stringify(name)})).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.processes.add(child);
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    return { address: new URL(`http://127.0.0.1:${port.toString().trim()}`), child };
  }

  asking(addresses: readonly URL[], options: HttpCarrierOptions = {}): (attempt?: Partial<Attempt>) => Promise<AskAnswer> {
    const carrier = httpCarrier(() => addresses, options);
    this.carriers.push(carrier);
    return (attempt = {}) => carrier('cas', '/internal/cas/read', {}, '{}', { idempotent: false, began: performance.now(), tried: new Set(), ...attempt });
  }

  async stop(): Promise<void> {
    for (const carrier of this.carriers.splice(0)) carrier.close();
    for (const child of this.processes) child.kill('SIGKILL');
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    this.processes.clear();
    this.servers.clear();
  }
}

function addressOf(server: Server): URL {
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

export const says =
  (text: string): RequestListener =>
  (_request, response) =>
    void response.end(text);

/** Takes the ask and never answers. */
export const hangs: RequestListener = () => undefined;

/** Takes the ask and cuts the line. */
export const hangsUp: RequestListener = (request) => void request.socket.destroy();

export const counted = (answer: RequestListener): RequestListener & { heard: number } => {
  const listener: RequestListener & { heard: number } = Object.assign(
    (...given: Parameters<RequestListener>) => {
      listener.heard += 1;
      answer(...given);
    },
    { heard: 0 },
  );
  return listener;
};

/** Looks again and again, each time after a turn of the event loop. */
export async function until<T>(look: () => Promise<T | undefined>, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

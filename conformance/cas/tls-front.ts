import { request } from 'node:http';
import { createServer } from 'node:https';
import type { KeyAndCertificate } from './authority.ts';

/** What stands before a server that leaves TLS to a proxy. */
export interface Front {
  readonly origin: string;
  /** From now on requests go to this port of 127.0.0.1. */
  handOnTo(port: number): void;
  close(): Promise<void>;
}

export async function openFront(host: string, { key, certificate }: KeyAndCertificate): Promise<Front> {
  let to: number | null = null;
  const server = createServer({ key, cert: certificate, maxHeaderSize: 128 * 1024 }, (incoming, outgoing) => {
    if (to === null) return void outgoing.writeHead(503).end();
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'https', 'x-forwarded-host': incoming.headers.host, 'x-forwarded-port': String(portOf()), 'x-forwarded-for': '127.0.0.1' };
    const call = request({ host: '127.0.0.1', port: to, method: incoming.method, path: incoming.url, headers, agent: false, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    call.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    incoming.pipe(call);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const portOf = (): number => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  return {
    origin: `https://${host}:${portOf()}`,
    handOnTo: (port) => void (to = port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

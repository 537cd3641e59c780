import { createServer, type RequestListener, type Server } from 'node:http';

/** The port is taken: who asked for it, and what to do. */
export class PortTaken extends Error {
  constructor(
    readonly port: number,
    variable: string,
  ) {
    super(`Port ${port} is taken by another program. Stop that program, or choose another port with ${variable}.`);
    this.name = 'PortTaken';
  }
}

export interface Listening {
  readonly port: number;
  /** From now on every answer asks its client to come by another connection. */
  drain(): void;
  /** Takes no new connection; what is in flight is waited for, then cut. */
  close(inFlightMs?: number): Promise<void>;
}

/**
 * Listens on every given address. Browsers try ::1 first for `localhost`, so both loopbacks are served where there are two;
 * a machine without IPv6 is served on IPv4 alone.
 */
export async function listen(
  listener: RequestListener,
  options: { port: number; hosts: readonly string[]; variable: string; keepAliveMs?: number },
): Promise<Listening> {
  const { keepAliveMs: keepAliveTimeout = 65_000 } = options;
  const servers: Server[] = [];
  let port = options.port;
  let draining = false;
  const answer: RequestListener = (request, response) => {
    if (draining) response.shouldKeepAlive = false;
    listener(request, response);
  };
  try {
    for (const host of options.hosts) {
      const server = createServer({ maxHeaderSize: 16 * 1024, keepAliveTimeout, headersTimeout: 20_000, requestTimeout: 30_000 }, answer);
      if (await bound(server, port, host, servers.length > 0, options.variable)) servers.push(server);
      const address = server.address();
      if (port === 0 && typeof address === 'object' && address !== null) port = address.port;
    }
  } catch (error) {
    await Promise.all(servers.map((server) => closed(server)));
    throw error;
  }
  return {
    port,
    drain: () => void (draining = true),
    close: async (inFlightMs) => void (await Promise.all(servers.map((server) => closed(server, inFlightMs)))),
  };
}

function bound(server: Server, port: number, host: string, optional: boolean, variable: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortTaken(port, variable));
      else if (optional && ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(error.code ?? '')) resolve(false);
      else reject(error);
    });
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => resolve(true));
  });
}

function closed(server: Server, inFlightMs = 3_000): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), inFlightMs).unref();
  });
}

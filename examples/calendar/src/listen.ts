import { type AddressInfo } from 'node:net';
import { type ServerType } from '@hono/node-server';

export async function listen(server: ServerType, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

export async function stop(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    const impatient = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 3_000);
    impatient.unref();
  });
}

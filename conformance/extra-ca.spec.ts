import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe('outbound calls trust the certificate authorities of the operator (NODE_EXTRA_CA_CERTS)', () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer({ key: readFileSync(file('./platform/tls/key.pem')), cert: readFileSync(file('./platform/tls/certificate.pem')) }, (_request, response) => response.writeHead(204).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const call = async (environment: Record<string, string>): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, [file('./platform/call-out.mjs'), `https://localhost:${port}/`, `localhost:${port}`], {
      env: { PATH: process.env['PATH'], ...environment },
    });
    return stdout;
  };

  it('with the authority the call goes through', async () => expect(await call({ NODE_EXTRA_CA_CERTS: file('./platform/tls/certificate.pem') })).toBe('204'));
  it('without it the call fails, also at an address that the operator listed', async () => expect(await call({})).toMatch(/^OutboundFailed: .*SELF_SIGNED/));
});

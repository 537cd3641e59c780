import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { guardedOutbound } from './guarded-outbound.ts';
import { OutboundFailed, OutboundRefused } from './outbound.ts';
import { isSpecialUse } from './special-use.ts';

describe('outbound calls (security.md 4.3; ASVS 1.3.6)', () => {
  let server: Server;
  let port: number;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/redirect') response.writeHead(302, { location: '/elsewhere' }).end();
      else if (request.url === '/large') response.end('x'.repeat(2 * 1024 * 1024));
      else response.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    '127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1',
    '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1',
    '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'not an address',
    '::7f00:1', '::127.0.0.1', '::a00:1', '4000::1', 'abcd::1', '64:ff9b:1::a00:1', '::ffff:0:10.0.0.1', '3fff::1',
  ])('%s is special-use', (address) => expect(isSpecialUse(address)).toBe(true));

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111'])('%s is public', (address) => expect(isSpecialUse(address)).toBe(false));

  it('a public name that resolves to an inside address is refused, whichever of its addresses that is', async () => {
    const outbound = guardedOutbound({
      allow: [],
      resolve: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    await expect(outbound.send({ method: 'GET', url: 'https://rebinding.example/' })).rejects.toBeInstanceOf(OutboundRefused);
  });

  it.each(['http://example.org/', 'ftp://example.org/', 'https://user@example.org/', 'file:///etc/passwd', 'not a url'])('%s is refused', async (url) => {
    await expect(guardedOutbound({ allow: [] }).send({ method: 'GET', url })).rejects.toBeInstanceOf(OutboundRefused);
  });

  it('a listed host and port may be http and inside; another port of that host may not', async () => {
    const outbound = guardedOutbound({ allow: [`127.0.0.1:${port}`] });
    expect((await outbound.send({ method: 'POST', url: `http://127.0.0.1:${port}/ok`, body: 'a=b' })).body).toBe('hello');
    await expect(outbound.send({ method: 'GET', url: 'http://127.0.0.1:1/' })).rejects.toBeInstanceOf(OutboundRefused);
  });

  it('a redirect is an answer, not a way on', async () => {
    const answer = await guardedOutbound({ allow: [`127.0.0.1:${port}`] }).send({ method: 'GET', url: `http://127.0.0.1:${port}/redirect` });
    expect(answer.status).toBe(302);
    expect(asked).not.toContain('/elsewhere');
  });

  it('an answer over 1 MB is cut off', async () => {
    const sent = guardedOutbound({ allow: [`127.0.0.1:${port}`] }).send({ method: 'GET', url: `http://127.0.0.1:${port}/large` });
    await expect(sent).rejects.toBeInstanceOf(OutboundFailed);
  });

  it('of an answer whose status says it all, so much is read as was said, and no more', async () => {
    const answer = await guardedOutbound({ allow: [`127.0.0.1:${port}`] }).send({ method: 'GET', url: `http://127.0.0.1:${port}/large`, readAtMost: 65_536 });
    expect([answer.status, answer.body.length]).toEqual([200, 65_536]);
  });

  it('an answer that switches protocols is a failure and not a silence: nobody asked for it (RFC 9110 §7.8)', async () => {
    const switching = createServer().on('connection', (socket) => {
      socket.on('error', () => {}).once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
    });
    await new Promise<void>((resolve) => switching.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(switching.address() as { port: number }).port}`;
    const sent = guardedOutbound({ allow: [host] }).send({ method: 'GET', url: `http://${host}/` });
    await expect(sent).rejects.toMatchObject({ name: 'OutboundFailed', reason: 'the connection was closed without an answer' });
    await new Promise((resolve) => switching.close(resolve));
  });

  it('a name that nobody answers for is a failure after the time there is to connect', async () => {
    jest.useFakeTimers();
    try {
      const sent = guardedOutbound({ allow: [], resolve: () => new Promise(() => {}) }).send({ method: 'GET', url: 'https://silent.example/' });
      const failed = expect(sent).rejects.toMatchObject({ name: 'OutboundFailed', reason: 'the name could not be resolved' });
      await jest.advanceTimersByTimeAsync(3_000);
      await failed;
    } finally {
      jest.useRealTimers();
    }
  });

  it('a closed port is a failure with a reason one can show', async () => {
    const outbound = guardedOutbound({ allow: ['127.0.0.1:1'] });
    await expect(outbound.send({ method: 'GET', url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ reason: 'the connection was refused' });
  });
});

import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { front, internalFront } from './front.ts';
import { PortTaken, listen } from './listen.ts';

const HTTP = { publicUrl: 'http://login.test', secure: false, trustedProxies: [], cookieKey: Buffer.alloc(32), formKey: Buffer.alloc(32) };

async function ask(path: string, host = 'login.test', ready = true): Promise<{ status: number; location: string | undefined; body: string }> {
  const handler = front([{ paths: ['/cas'], handle: (_request, response) => void response.end('cas') }], HTTP, { home: '/account', ready: () => ready });
  const open = await listen(handler, { port: 0, hosts: ['127.0.0.1'], variable: 'X' });
  try {
    return await new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port: open.port, path, headers: { host }, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  } finally {
    await open.close();
  }
}

/** The first answer to a request as it stands here, byte by byte. */
async function spoken(request: string, http = HTTP): Promise<string> {
  const handler = front([{ paths: ['/cas'], handle: (_request, response) => void response.end('cas') }], http, { home: '/account', ready: () => true });
  const open = await listen(handler, { port: 0, hosts: ['127.0.0.1'], variable: 'X' });
  try {
    return await new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(open.port, '127.0.0.1', () => socket.write(request));
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString();
        socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  } finally {
    await open.close();
  }
}

describe('the front dispatches by path, and reads each path in one way only (security.md 4.5)', () => {
  it.each(['/cas', '/cas/login', '/cas/login?service=https%3A%2F%2Fshop.example%2F;x//..'])('%s goes to its room', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 200, body: 'cas' });
  });
  it.each(['/cas/../internal', '/cas/./x', '/cas//x', '/cas;v=1', '/cas%2fx', '/cas%5Cx', '/%2e%2e/cas', '/cas/..', '/cas\\x'])('%s is refused', async (path) => {
    expect((await ask(path)).status).toBe(400);
  });
  it.each(['/casual', '/internal/cas/claims', '/CAS/login', '/nothing'])('%s is nobody’s', async (path) => expect((await ask(path)).status).toBe(404));
  it('the root leads home', async () => expect(await ask('/')).toMatchObject({ status: 303, location: '/account' }));
  it('another Host is refused', async () => expect((await ask('/cas', 'evil.test')).status).toBe(421));
  it('two Hosts are refused, also when the first is ours (RFC 9112 §3.2)', async () => {
    expect(await spoken('GET /cas HTTP/1.1\r\nHost: login.test\r\nHost: evil.test\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await spoken('GET /cas HTTP/1.1\r\nHost: login.test\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });
  it.each([
    ['no Host', 'GET /cas HTTP/1.0\r\n\r\n', 421],
    ['an absolute form', 'GET http://login.test/internal/cas/claims HTTP/1.1\r\nHost: login.test\r\nConnection: close\r\n\r\n', 400],
    ['an absolute form of another host', 'GET http://evil.test/cas HTTP/1.1\r\nHost: login.test\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /cas HTTP/1.1\r\nHost: login.test\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde', 400],
    ['a length beside chunks', 'POST /cas HTTP/1.1\r\nHost: login.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['an encoding that hides chunks', 'POST /cas HTTP/1.1\r\nHost: login.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n', 400],
    ['a folded header', 'POST /cas HTTP/1.1\r\nHost: login.test\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n', 400],
  ])('%s is refused (RFC 9112 §3.2, §6.3)', async (_what, request, status) => {
    expect(await spoken(request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
  it('an address over 8 KB is refused', async () => expect((await ask(`/cas?${'x'.repeat(9000)}`)).status).toBe(414));
  it.each(['/', '/nothing', '/cas', '/health/live'])('on https %s says to stay there (RFC 6797 §7.2)', async (path) => {
    const secure = { ...HTTP, publicUrl: 'https://login.test', secure: true };
    const request = `GET ${path} HTTP/1.1\r\nHost: login.test\r\nConnection: close\r\n\r\n`;
    expect(await spoken(request, secure)).toMatch(/strict-transport-security: max-age=63072000; includeSubDomains/i);
    expect(await spoken(request)).not.toMatch(/strict-transport-security/i);
  });
  it.each(['/forward-auth', '/forward-auth/a?b', '/.latchkey/enter'])('but %s says nothing of the kind: a proxy hands it on as the answer of another host', async (path) => {
    const answer = await spoken(`GET ${path} HTTP/1.1\r\nHost: login.test\r\nConnection: close\r\n\r\n`, { ...HTTP, publicUrl: 'https://login.test', secure: true });
    expect(answer).not.toMatch(/strict-transport-security/i);
  });
  it('only what Envoy asks with the path of another host comes under that host’s name', async () => {
    expect((await ask('/forward-auth/cas', 'app.test')).status).toBe(404);
    for (const path of ['/forward-auth', '/forward-authentication', '/cas', '/.latchkey/enter', '/']) expect((await ask(path, 'app.test')).status).toBe(421);
    for (const path of ['/forward-auth/../cas', '/forward-auth//cas', '/forward-auth/%2e%2e/cas']) expect((await ask(path, 'app.test')).status).toBe(400);
  });
  it('live is not ready', async () => {
    expect((await ask('/health/live', 'any', false)).status).toBe(200);
    expect((await ask('/health/ready', 'any', false)).status).toBe(503);
  });
});

describe('listening', () => {
  it('a taken port names the setting that changes it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const taken = listen(() => {}, { port, hosts: ['127.0.0.1'], variable: 'LATCHKEY_PORT' });
    await expect(taken).rejects.toThrow(PortTaken);
    await expect(taken).rejects.toThrow('LATCHKEY_PORT');
    await new Promise((resolve) => other.close(resolve));
  });
  it('a machine without the second address is served on the first', async () => {
    const open = await listen(() => {}, { port: 0, hosts: ['127.0.0.1', '2001:db8::1'], variable: 'X' });
    expect(open.port).toBeGreaterThan(0);
    await open.close();
  });
});

describe('the internal port (design §4)', () => {
  const internal = async (path: string, ready: boolean): Promise<number> => {
    const open = await listen(internalFront((_request, response) => void response.end('asked'), { ready: async () => ready, metrics: (_request, response) => void response.end('counted') }), {
      port: 0,
      hosts: ['127.0.0.1'],
      variable: 'X',
    });
    try {
      return (await fetch(`http://127.0.0.1:${open.port}${path}`)).status;
    } finally {
      await open.close();
    }
  };
  it.each([
    ['/internal/cas/claims', 200],
    ['/health/live', 200],
    ['/metrics', 200],
    ['/cas/login', 404],
    ['/', 404],
    ['/health/other', 404],
  ])('%s answers %i', async (path, status) => expect(await internal(path, true)).toBe(status));
  it('live is not ready', async () => {
    expect(await internal('/health/ready', false)).toBe(503);
    expect(await internal('/health/live', false)).toBe(200);
  });
});

describe('a listener that drains (rolling restart)', () => {
  it('serves on and asks each client to come by another connection', async () => {
    const open = await listen((_request, response) => void response.end('served'), { port: 0, hosts: ['127.0.0.1'], variable: 'X' });
    const connectionOf = async (): Promise<string | null> => {
      const answer = await fetch(`http://127.0.0.1:${open.port}/`);
      expect(await answer.text()).toBe('served');
      return answer.headers.get('connection');
    };
    expect(await connectionOf()).toBe('keep-alive');
    open.drain();
    expect(await connectionOf()).toBe('close');
    await open.close();
  });
});

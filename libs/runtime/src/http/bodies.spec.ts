import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineAsk, definePeer } from '@latchkey/contracts';
import { fastify, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerAsks } from '../answer-asks.ts';
import { answers } from '../room.ts';
import { parseBodies } from './bodies.ts';
import { Problem } from './problem.ts';

const API = definePeer('cas', { take: defineAsk('/internal/cas/take', { request: z.object({ text: z.string() }), response: z.object({ size: z.number() }), idempotent: true }) });

describe('bodies and their limits (security.md 4.3)', () => {
  let app: FastifyInstance;
  let allowed = true;

  beforeAll(async () => {
    app = fastify();
    parseBodies(app);
    app.post('/form', async (request) => ({ fields: (request.body as URLSearchParams).size }));
    app.post('/json', async () => ({}));
    answerAsks(app, answers(API, { take: async ({ text }) => ({ size: text.length }) }), async () => {
      if (!allowed) throw new Problem(401, 'no', 'No', 'No.');
    });
    app.setErrorHandler((error, _request, reply) => reply.status((error as { status?: number; statusCode?: number }).status ?? (error as { statusCode?: number }).statusCode ?? 500).send());
    await app.ready();
  });
  afterAll(() => app.close());

  const post = async (url: string, payload: string, type = 'application/json'): Promise<number> => (await app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })).statusCode;
  const FORM = 'application/x-www-form-urlencoded';

  it('a form of 64 KB or of 1,000 fields is the last that is read', async () => {
    expect(await post('/form', `a=${'x'.repeat(65_000)}`, FORM)).toBe(200);
    expect(await post('/form', `a=${'x'.repeat(66_000)}`, FORM)).toBe(413);
    expect(await post('/form', Array.from({ length: 1_001 }, (_, n) => `f${n}=`).join('&'), FORM)).toBe(413);
  });
  it('JSON of 1 MB, 32 levels or 1,000 keys is the last that is read', async () => {
    expect(await post('/json', JSON.stringify({ a: 'x'.repeat(1_000_000) }))).toBe(200);
    expect(await post('/json', JSON.stringify({ a: 'x'.repeat(1_100_000) }))).toBe(413);
    expect(await post('/json', `${'['.repeat(40)}${']'.repeat(40)}`)).toBe(400);
    expect(await post('/json', JSON.stringify(Array.from({ length: 1_001 }, () => 0)))).toBe(413);
  });
  it('broken JSON is 400, another type 415', async () => {
    expect(await post('/json', '{"a":')).toBe(400);
    expect(await post('/json', '<a/>', 'text/csv')).toBe(415);
  });
  it('a client that is still writing hears why it is refused, and is not cut off', async () => {
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, 'connect');
    const body = 'x'.repeat(1_000_000);
    socket.write(`POST /form HTTP/1.0\r\nHost: x\r\nContent-Type: ${FORM}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 1_000)}`);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toBe('');
    socket.write(body.slice(1_000));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
  it('another room may send more, but nobody else is even read', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    expect(await post('/internal/cas/take', large)).toBe(200);
    allowed = false;
    expect(await post('/internal/cas/take', 'x'.repeat(20_000_000))).toBe(401);
  });
});

import { Agent, request as httpRequest } from 'node:http';
import type { Room } from '@latchkey/contracts';
import type { FastifyInstance } from 'fastify';
import type { AskAnswer, Carrier } from './ask.ts';

const DEADLINE_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Rooms of one process: the same route through Fastify's inject, so that status, validation and filter run as over HTTP. */
export function injectCarrier(roomOf: (room: Room) => FastifyInstance | undefined): Carrier {
  return async (room, path, headers, body) => {
    const fastify = roomOf(room);
    if (fastify === undefined) throw new Error(`the room ${room} is not in this process`);
    const answer = await withDeadline(fastify.inject({ method: 'POST', url: path, headers, payload: body }));
    return { status: answer.statusCode, body: answer.payload };
  };
}

/** Rooms apart: a keep-alive agent. Not `fetch`, which costs twice the CPU of it. */
export function httpCarrier(addressOf: (room: Room) => URL): Carrier & { close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const carrier = (room: Room, path: string, headers: Record<string, string>, body: string): Promise<AskAnswer> =>
    new Promise((resolve, reject) => {
      const url = new URL(path, addressOf(room));
      const request = httpRequest(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body).toString() }, signal: AbortSignal.timeout(DEADLINE_MS) },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too large'));
            else chunks.push(chunk);
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 502, body: Buffer.concat(chunks).toString('utf8') }));
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  return Object.assign(carrier, { close: () => agent.destroy() });
}

async function withDeadline<T>(work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Room } from '@latchkey/contracts';
import type { FastifyInstance } from 'fastify';
import type { Carrier } from './ask.ts';

const DEADLINE_MS = 5_000;

/** Rooms of one process: the same route through Fastify's inject, so that status, validation and filter run as over HTTP. */
export function injectCarrier(roomOf: (room: Room) => FastifyInstance | undefined): Carrier {
  return async (room, path, headers, body) => {
    const fastify = roomOf(room);
    if (fastify === undefined) throw new Error(`the room ${room} is not in this process`);
    const answer = await withDeadline(fastify.inject({ method: 'POST', url: path, headers, payload: body }));
    return { status: answer.statusCode, body: answer.payload };
  };
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

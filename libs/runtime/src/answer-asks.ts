import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ASK_BYTES } from './http/bodies.ts';
import type { Answers } from './room.ts';

/** Mounts what a room answers to other rooms: validated in, validated out, behind the service credential. */
export function answerAsks(
  fastify: FastifyInstance,
  { api, handlers }: Answers,
  guard: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  for (const [name, ask] of Object.entries(api.asks)) {
    const handle = handlers[name];
    if (handle === undefined) throw new Error(`${api.room} does not answer ${name}`);
    // The guard stands before the body: nobody else's is even read.
    fastify.post(ask.path, { onRequest: guard, bodyLimit: ASK_BYTES }, async (request, reply) => {
      const answer = await handle(ask.request.parse(request.body) as never);
      return reply.header('content-type', 'application/json').send(JSON.stringify(ask.response.parse(answer)));
    });
  }
}

import type { z } from 'zod';
import type { Room } from '../events/define-event.ts';

/**
 * One question to another room: POST, JSON in, JSON out, on an internal route.
 * `idempotent` says that asking twice is as good as asking once, so a lost answer may be asked for again.
 */
export interface Ask<Request extends z.ZodType = z.ZodType, Response extends z.ZodType = z.ZodType> {
  readonly path: `/internal/${Room}/${string}`;
  readonly request: Request;
  readonly response: Response;
  readonly idempotent: boolean;
}

export interface PeerApi<Asks extends Record<string, Ask> = Record<string, Ask>> {
  readonly room: Room;
  readonly asks: Asks;
}

export function definePeer<const Asks extends Record<string, Ask>>(room: Room, asks: Asks): PeerApi<Asks> {
  return { room, asks };
}

export function defineAsk<Request extends z.ZodType, Response extends z.ZodType>(
  path: `/internal/${Room}/${string}`,
  ask: { request: Request; response: Response; idempotent: boolean },
): Ask<Request, Response> {
  return { path, ...ask };
}

/** What the asking side holds: one typed method an ask. */
export type PeerClient<Api extends PeerApi> = {
  readonly [K in keyof Api['asks']]: (
    request: z.input<Api['asks'][K]['request']>,
  ) => Promise<z.output<Api['asks'][K]['response']>>;
};

/** What the answering side implements. */
export type PeerHandlers<Api extends PeerApi> = {
  readonly [K in keyof Api['asks']]: (
    request: z.output<Api['asks'][K]['request']>,
  ) => Promise<z.input<Api['asks'][K]['response']>>;
};

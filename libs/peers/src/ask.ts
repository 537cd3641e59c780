import type { Ask, PeerApi, PeerClient, Room } from '@latchkey/contracts';
import { PeerRefused, PeerUnavailable, type Peers } from './peers.ts';

export interface AskAnswer {
  readonly status: number;
  readonly body: string;
}

/** What the tries of one ask know of each other. */
export interface Attempt {
  readonly idempotent: boolean;
  /** When the first try began, by performance.now(): all tries share one deadline. */
  readonly began: number;
  /** Addresses at which this ask went unanswered: another try looks elsewhere first. */
  readonly tried: Set<string>;
}

/**
 * Carries one ask to a room and back. Rejects when nobody answered within the deadline: with `NotHeard` when it is certain
 * that the ask reached nobody.
 */
export type Carrier = (room: Room, path: string, headers: Record<string, string>, body: string, attempt: Attempt) => Promise<AskAnswer>;

/** No replica of the room was reached, so the ask has had no effect, and asking again at once would meet the same. */
export class NotHeard extends Error {
  override readonly name = 'NotHeard';
}

export interface PeersOptions {
  readonly carrier: Carrier;
  readonly credential: (room: Room) => string;
  readonly traceparent?: () => string | null;
  /** Called once an ask, before it is carried: tests count with it. */
  readonly observe?: (room: Room, path: string) => void;
}

/** How often an idempotent ask is carried before its caller hears that nobody answered. */
const TRIES = 2;

export function createPeers(options: PeersOptions): Peers {
  const clients = new Map<PeerApi, unknown>();
  return {
    to<Api extends PeerApi>(api: Api): PeerClient<Api> {
      const known = clients.get(api);
      if (known !== undefined) return known as PeerClient<Api>;
      const methods = Object.entries(api.asks).map(([name, ask]) => [name, (request: unknown) => carry(api.room, ask, request, options)]);
      const client = Object.fromEntries(methods) as PeerClient<Api>;
      clients.set(api, client);
      return client;
    },
  };
}

async function carry(room: Room, ask: Ask, request: unknown, options: PeersOptions): Promise<unknown> {
  options.observe?.(room, ask.path);
  const began = performance.now();
  const body = JSON.stringify(ask.request.parse(request));
  const trace = options.traceparent?.() ?? null;
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${options.credential(room)}`,
    ...(trace === null ? {} : { traceparent: trace }),
  };
  const answer = await carryWithRetry(room, ask, headers, body, { idempotent: ask.idempotent, began, tried: new Set() }, options.carrier);
  if (answer.status >= 500) throw new PeerUnavailable(room, ask.path, { cause: `status ${answer.status}`, status: answer.status });
  if (answer.status >= 400) throw new PeerRefused(room, ask.path, answer.status, answer.body.slice(0, 500));
  return ask.response.parse(JSON.parse(answer.body));
}

/** Only an ask that is as good asked twice is asked twice: after a lost answer nobody knows whether it was heard. */
async function carryWithRetry(
  room: Room,
  ask: Ask,
  headers: Record<string, string>,
  body: string,
  attempt: Attempt,
  carrier: Carrier,
): Promise<AskAnswer> {
  const tries = ask.idempotent ? TRIES : 1;
  let cause: unknown;
  for (let n = 1; n <= tries; n += 1) {
    try {
      const answer = await carrier(room, ask.path, headers, body, attempt);
      if (answer.status !== 503 || n === tries) return answer;
      cause = 'status 503';
    } catch (error) {
      cause = error;
      if (error instanceof NotHeard) break;
    }
  }
  throw new PeerUnavailable(room, ask.path, { cause });
}

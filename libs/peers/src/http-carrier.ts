import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Room } from '@latchkey/contracts';
import { NotHeard, type AskAnswer, type Attempt, type Carrier } from './ask.ts';
import { Replica, isUnheard, type ReplicaLimits } from './replica.ts';

export interface HttpCarrierOptions {
  /** Told when the last address of a room is left out, and when one is back. */
  readonly onCircuit?: (room: Room, open: boolean) => void;
  readonly limits?: Partial<HttpCarrierLimits>;
}

export interface HttpCarrierLimits extends ReplicaLimits {
  /** All tries of one ask together. */
  readonly deadlineMs: number;
  /** One try of an ask that could still go elsewhere. */
  readonly tryMs: number;
  readonly connectMs: number;
}

const LIMITS: HttpCarrierLimits = { deadlineMs: 5_000, tryMs: 2_000, connectMs: 1_000, atOnce: 64, openAfter: 3, probeEveryMs: 500 };

/** Behind one address there may be several (a Kubernetes Service), of which one has just died: the next connection meets another. */
const SAME_ADDRESS_TRIES = 3;
const SAME_ADDRESS_AGAIN_MS = 25;

/**
 * Rooms apart: one replica of the room, picked at random, over a connection that is kept. An ask that nobody can have heard goes to
 * the next replica; one that may have been heard goes back to its caller, who knows whether it may be asked twice.
 */
export function httpCarrier(addressesOf: (room: Room) => readonly URL[], options: HttpCarrierOptions = {}): Carrier & { close(): void } {
  const limits = { ...LIMITS, ...options.limits };
  const rooms = new Map<Room, RoomReplicas>();
  const replicasOf = (room: Room): RoomReplicas => {
    let known = rooms.get(room);
    if (known === undefined) rooms.set(room, (known = new RoomReplicas(addressesOf(room), limits, (open) => options.onCircuit?.(room, open))));
    return known;
  };

  const carrier = async (room: Room, path: string, headers: Record<string, string>, body: string, attempt: Attempt): Promise<AskAnswer> => {
    const replicas = replicasOf(room).inOrder(attempt);
    let cause: unknown = `${room} is left out for a moment: it failed too often`;
    for (const [index, replica] of replicas.entries()) {
      if (index > 0 && replica === replicas[index - 1]) await pause(SAME_ADDRESS_AGAIN_MS);
      const left = attempt.began + limits.deadlineMs - performance.now();
      if (left <= 0) break;
      if (replica.full) {
        cause = `too many asks at once to ${replica.address.host}`;
        continue;
      }
      const another = replicas.length > index + 1 && replicas[index + 1] !== replica;
      attempt.tried.add(replica.address.origin);
      try {
        return await replica.ask(path, headers, body, {
          connectMs: Math.min(left, limits.connectMs),
          answerMs: another && attempt.idempotent ? Math.min(left, limits.tryMs) : left,
        });
      } catch (error) {
        if (!isUnheard(error)) throw error;
        cause = error;
      }
    }
    throw new NotHeard(`no replica of ${room} could be asked`, { cause });
  };
  return Object.assign(carrier, {
    close: () => {
      for (const { replicas } of rooms.values()) for (const replica of replicas) replica.close();
    },
  });
}

class RoomReplicas {
  readonly replicas: readonly Replica[];
  private wasOpen = false;

  constructor(addresses: readonly URL[], limits: HttpCarrierLimits, onCircuit: (open: boolean) => void) {
    this.replicas = addresses.map(
      (address) =>
        new Replica(address, limits, () => {
          const open = this.replicas.every((replica) => replica.open);
          if (open !== this.wasOpen) onCircuit(open);
          this.wasOpen = open;
        }),
    );
  }

  /** At random; those that are about to end after the others, and those that failed this very ask last: they may be all there is. */
  inOrder({ tried }: Attempt): readonly Replica[] {
    const { replicas } = this;
    if (replicas.length === 1) return replicas[0]!.open ? [] : Array.from({ length: SAME_ADDRESS_TRIES }, () => replicas[0]!);
    const now = performance.now();
    return shuffled(replicas.filter((replica) => !replica.open))
      .map((replica) => ({ replica, last: tried.has(replica.address.origin), leaving: replica.leaving(now) }))
      .sort((a, b) => Number(a.last) - Number(b.last) || a.leaving - b.leaving)
      .map(({ replica }) => replica);
  }
}

function shuffled<T>(items: T[]): T[] {
  for (let n = items.length - 1; n > 0; n -= 1) {
    const other = randomInt(n + 1);
    [items[n], items[other]] = [items[other]!, items[n]!];
  }
  return items;
}

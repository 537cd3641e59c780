import { setTimeout as pause } from 'node:timers/promises';
import { topicOf, type EventEnvelope, type EventType, type Room } from '@latchkey/contracts';
import type { Database } from '@latchkey/store';
import type { Bus, Listener } from './bus.ts';
import { Parked, envelopeOf, type ParkedEvent } from './inbox/parked.ts';
import { keepInbox } from './inbox/keep-inbox.ts';
import { Receiver, type WithTrace } from './inbox/receiver.ts';
import type { BusLogger } from './logger.ts';
import { Outbox } from './outbox/outbox.ts';
import { Relay } from './outbox/relay.ts';
import type { Asker } from './outbox/way-round.ts';
import { repeat } from './repeat.ts';
import { busStats, type BusStats, type ObserveEvent } from './stats.ts';
import type { BusTransport, Unsubscribe } from './transport.ts';

export interface RoomBusParts {
  readonly room: Room;
  readonly database: Database;
  /** Closed by whoever made it, after `stop`. */
  readonly transport: BusTransport;
  readonly peers: Asker;
  readonly clock: { now(): number };
  readonly logger: BusLogger;
  /** The trace that an event told now belongs to. */
  readonly traceparent?: () => string | null | undefined;
  /** Runs a handler as part of the trace of its event. */
  readonly withTrace?: WithTrace;
  /** Called once for each event that is told, published, brought round or received. Must not throw. */
  readonly observe?: ObserveEvent;
  /** A handler that takes longer is given up, rolled back and parked; default 15 s. */
  readonly handlerDeadlineMs?: number;
}

export interface RoomBus extends Bus {
  /** @throws when a listener's event does not declare this room as a consumer. Does not wait for an absent transport. */
  start(listeners: readonly Listener[]): Promise<void>;
  stop(): Promise<void>;
  /** Answers `eventsPeer`: the same envelopes as by the transport. An asker that does not read `settled` is answered when all are. */
  receive(told: { readonly events: readonly EventEnvelope[]; readonly partial?: boolean | undefined }): Promise<{ received: number; settled: string[] }>;
  readonly parked: {
    /** Newest first. */
    list(limit?: number): Promise<ParkedEvent[]>;
    /** Tries a parked event once more, now. `gone`: it is not parked (any more). `running`: it takes its time. */
    replay(id: string): Promise<'handled' | 'failed' | 'running' | 'gone'>;
    /** It is not tried again, nor taken when it is brought again. False: it is not parked. */
    discard(id: string): Promise<boolean>;
  };
  /** One statement, and a question to the transport: for a scrape. */
  stats(): Promise<BusStats>;
  /** Keeps the weeks of the inbox: at start and each hour by itself. */
  prune(): Promise<void>;
}

/** Shorter than an ask of another room may take. */
const REPLAY_PATIENCE_MS = 3_000;
const REPLAY_EVERY_MS = 10_000;
/** For askers that want all or nothing; they give up earlier themselves. */
const WHOLE_ANSWER_MS = 30_000;
const PRUNE_EVERY_MS = 3_600_000;

export function createRoomBus(parts: RoomBusParts): RoomBus {
  const { room, database, transport, peers, clock, logger } = parts;
  const observe: ObserveEvent = parts.observe ?? (() => undefined);
  const relay = new Relay({ room, database, transport, peers, logger, observe });
  const outbox = new Outbox({ room, clock, traceparent: () => parts.traceparent?.() ?? null, poke: relay.poke, observe });
  const parked = new Parked(database);
  const receiver = new Receiver({ room, database, parked, logger, observe, handlerDeadlineMs: parts.handlerDeadlineMs, withTrace: parts.withTrace ?? ((_event, work) => work()) });
  let stopping: (() => Promise<void>)[] = [];

  const replay = async (event: ParkedEvent): Promise<'handled' | 'failed'> => {
    try {
      const outcome = await receiver.attempt(envelopeOf(event), true);
      if (outcome === 'not-ours') await parked.remove(event.id);
      return 'handled';
    } catch (error) {
      await parked.park(envelopeOf(event), error, 1);
      return 'failed';
    }
  };
  const replayDue = async (): Promise<void> => {
    for (const event of await parked.takeDue()) await replay(event);
  };
  const prune = async (): Promise<void> => void (await keepInbox(database, clock.now()));

  return {
    tell: (sql, event, payload) => outbox.tell(sql, event, payload),
    envelope: (event, payload) => {
      const envelope = outbox.envelope(event, payload);
      observe(event.name, 'told');
      return envelope;
    },
    poke: relay.poke,
    start: async (listeners) => {
      await prune();
      receiver.listen(listeners);
      const unsubscribe: Unsubscribe = await transport.subscribe({
        room,
        once: { topics: topics(receiver.events('once')), receive: (envelope) => receiver.receive(envelope) },
        everywhere: { topics: topics(receiver.events('everywhere')), receive: (envelope) => receiver.hint(envelope) },
      });
      relay.start();
      const jobs = [repeat(replayDue, REPLAY_EVERY_MS, logger), repeat(prune, PRUNE_EVERY_MS, logger)];
      stopping = [unsubscribe, () => relay.stop(), ...jobs];
    },
    stop: async () => {
      const all = stopping;
      stopping = [];
      receiver.close();
      await Promise.all(all.map((stop) => stop()));
    },
    receive: async ({ events, partial = false }) => {
      const settled = await receiver.receiveSome(events, partial ? undefined : WHOLE_ANSWER_MS);
      if (!partial && settled.length < events.length) throw new Error(`Only ${settled.length} of ${events.length} events could be settled`);
      const done = new Set(settled);
      for (const event of events) if (done.has(event.id)) void receiver.hint(event);
      return { received: settled.length, settled };
    },
    parked: {
      list: (limit) => parked.list(limit),
      replay: async (id) => {
        const event = await parked.find(id);
        if (event === null) return 'gone';
        return Promise.race([replay(event), pause(REPLAY_PATIENCE_MS, 'running' as const, { ref: false })]);
      },
      discard: (id) => parked.discard(id),
    },
    stats: () => busStats(room, database, transport, relay.isAway()),
    prune,
  };
}

function topics(events: readonly EventType[]): string[] {
  return [...new Set(events.map(topicOf))];
}

import { setTimeout as pause } from 'node:timers/promises';
import { eventNamed, type EventEnvelope, type EventType, type Room } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';
import { DatabaseUnavailable } from '@latchkey/store';
import type { EverywhereHandler, Listener, OnceHandler } from '../bus.ts';
import type { BusLogger } from '../logger.ts';
import type { ObserveEvent } from '../stats.ts';
import type { Parked } from './parked.ts';

/** Waits between the tries of one envelope; after the last it is parked and the next one has its turn. */
const BACKOFF_MS = [50, 150, 400, 900] as const;

/** One statement: the id is entered once, and whatever was parked under it is settled with it. */
const ENTER: Statement = {
  name: 'bus-inbox-enter',
  text: `WITH entered AS (INSERT INTO inbox (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id),
settled AS (DELETE FROM parked WHERE id = $1)
SELECT id FROM entered`,
};

export type WithTrace = <T>(traceparent: string | undefined, work: () => T) => T;

type Outcome = 'handled' | 'not-ours';

/** Validates before it calls; effect once, by the inbox row in the handler's transaction. */
export class Receiver {
  private once = new Map<string, OnceHandler[]>();
  private everywhere = new Map<string, EverywhereHandler[]>();
  private listening = false;

  constructor(
    private readonly parts: {
      readonly room: Room;
      readonly database: Database;
      readonly parked: Parked;
      readonly logger: BusLogger;
      readonly observe: ObserveEvent;
      readonly withTrace: WithTrace;
    },
  ) {}

  /** @throws when an event does not declare this room as its consumer. */
  listen(listeners: readonly Listener[]): void {
    this.once = new Map();
    this.everywhere = new Map();
    for (const listener of listeners) {
      const { name, consumers } = listener.event;
      if (!consumers.includes(this.parts.room)) {
        throw new Error(`${this.parts.room} listens to ${name}, which does not declare it as a consumer: add it to the event in contracts`);
      }
      const key = keyOf(listener.event);
      if (listener.mode === 'once') this.once.set(key, [...(this.once.get(key) ?? []), listener]);
      else this.everywhere.set(key, [...(this.everywhere.get(key) ?? []), listener]);
    }
    this.listening = true;
  }

  /** From now on whoever brings an envelope keeps it. */
  close(): void {
    this.listening = false;
  }

  /** Resolves when the envelope is settled: handled, parked or not for this room. Rejects when this room cannot write. */
  async receive(envelope: EventEnvelope): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.attempt(envelope);
        return;
      } catch (error) {
        // Without its database the room can neither handle nor park: the sender keeps the envelope.
        if (error instanceof DatabaseUnavailable || error instanceof NotListening) throw error;
        const wait = error instanceof Unreadable ? undefined : BACKOFF_MS[tries - 1];
        if (wait === undefined) {
          await this.parts.parked.park(envelope, error, tries);
          this.parts.observe(known(envelope), 'parked');
          this.parts.logger.error({ event: envelope.name, id: envelope.id, tries, err: error }, 'An event was parked');
          return;
        }
        await pause(wait);
      }
    }
  }

  /** One try, for a replay. */
  async attempt(envelope: EventEnvelope): Promise<Outcome> {
    if (!this.listening) throw new NotListening(`${this.parts.room} does not listen`);
    const event = eventNamed(envelope.name, envelope.version);
    if (event === undefined) throw new Unreadable(`No event ${envelope.name} v${envelope.version} is known to this release`);
    const handlers = this.once.get(keyOf(event));
    // Other events of a stream that this room reads.
    if (handlers === undefined) {
      this.parts.observe(event.name, 'not-ours');
      return 'not-ours';
    }
    const payload = read(event, envelope.data);
    let first = false;
    await this.parts.withTrace(envelope.traceparent ?? undefined, () =>
      this.parts.database.transaction(async (tx) => {
        const { count } = await tx.query(ENTER, [envelope.id]);
        if (count === 0) return;
        first = true;
        for (const { handle } of handlers) await handle(payload as never, tx);
      }),
    );
    if (first) this.parts.observe(event.name, 'handled');
    return 'handled';
  }

  /** A hint: failures are logged, nobody tries again. */
  async hint(envelope: EventEnvelope): Promise<void> {
    const event = eventNamed(envelope.name, envelope.version);
    const handlers = event === undefined ? undefined : this.everywhere.get(keyOf(event));
    if (event === undefined || handlers === undefined) return;
    try {
      const payload = read(event, envelope.data);
      for (const { handle } of handlers) await this.parts.withTrace(envelope.traceparent ?? undefined, () => handle(payload as never));
    } catch (error) {
      this.parts.logger.warn({ event: envelope.name, id: envelope.id, err: error }, 'A hint was lost');
    }
  }

  events(mode: Listener['mode']): EventType[] {
    const listeners: Listener[] = [...(mode === 'once' ? this.once : this.everywhere).values()].flat();
    return listeners.map(({ event }) => event);
  }
}

/** Before its start and after its stop a room knows no handlers, which must not look like having none. */
class NotListening extends Error {}

/** Trying again cannot help: the words are not understood. */
class Unreadable extends Error {}

function read(event: EventType, data: unknown): unknown {
  const parsed = event.schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Unreadable(`${event.name} v${event.version} does not fit its schema: ${faults}`);
}

/** Names that strangers gave do not become names of metrics. */
function known({ name, version }: EventEnvelope): string {
  return eventNamed(name, version)?.name ?? 'unknown';
}

function keyOf({ name, version }: EventType): string {
  return `${name}/${version}`;
}


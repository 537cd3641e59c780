import { setTimeout as pause } from 'node:timers/promises';
import { eventNamed, type EventEnvelope, type EventType, type Room } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';
import { DatabaseUnavailable, HotStoreUnavailable } from '@latchkey/store';
import type { EverywhereHandler, Listener, OnceHandler } from '../bus.ts';
import type { BusLogger } from '../logger.ts';
import type { ObserveEvent } from '../stats.ts';
import { within } from '../within.ts';
import type { Parked } from './parked.ts';

/** Waits between the tries of one envelope; after the last it is parked and the next one has its turn. */
const BACKOFF_MS = [50, 150, 400, 900] as const;

/**
 * One statement: the id is entered once. What is parked waits for its replay (`$2`), whoever brings it again: a way round that
 * does so must not hang at a poisoned event each time. A replay settles what was parked, also when the id is in already.
 */
const ENTER: Statement = {
  name: 'bus-inbox-enter',
  text: `WITH entered AS (
  INSERT INTO inbox (id) SELECT $1 WHERE $2::boolean OR NOT EXISTS (SELECT 1 FROM parked WHERE id = $1)
  ON CONFLICT DO NOTHING RETURNING id),
settled AS (DELETE FROM parked WHERE $2::boolean AND id = $1)
SELECT id FROM entered`,
};

const HANDLER_DEADLINE_MS = 15_000;
/** After this an ask of the way round is answered with what is settled, and the rest goes on by itself. */
const ANSWER_AFTER_MS = 2_000;
/** Events of one ask at a time: no order is promised, and requests need connections too. */
const AT_ONCE = 4;
/** So many handlers may hang before no further event is taken by the way round: they would take every connection. */
const MAX_LEFT_BEHIND = 4;

export type WithTrace = <T>(event: Pick<EventEnvelope, 'name' | 'traceparent'>, work: () => Promise<T>) => Promise<T>;

type Outcome = 'handled' | 'not-ours';

/** Validates before it calls; effect once, by the inbox row in the handler's transaction. */
export class Receiver {
  private once = new Map<string, OnceHandler[]>();
  private everywhere = new Map<string, EverywhereHandler[]>();
  private listening = false;
  private readonly settling = new Map<string, Promise<void>>();
  /** What an ask was answered without. */
  private readonly leftBehind = new Set<string>();

  constructor(
    private readonly parts: {
      readonly room: Room;
      readonly database: Database;
      readonly parked: Parked;
      readonly logger: BusLogger;
      readonly observe: ObserveEvent;
      readonly withTrace: WithTrace;
      /** A handler that takes longer is given up: rolled back and parked. Default 15 s, longer than any statement may take. */
      readonly handlerDeadlineMs?: number | undefined;
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
  receive(envelope: EventEnvelope): Promise<void> {
    const { settling } = this;
    const known = settling.get(envelope.id);
    if (known !== undefined) return known;
    const mine = this.settle(envelope).finally(() => {
      settling.delete(envelope.id);
      this.leftBehind.delete(envelope.id);
    });
    settling.set(envelope.id, mine);
    return mine;
  }

  /** What of these is settled soon. Rejects when nothing could be settled because this room cannot write. */
  async receiveSome(envelopes: readonly EventEnvelope[], answerAfterMs = ANSWER_AFTER_MS): Promise<string[]> {
    const deadline = Date.now() + answerAfterMs;
    const settled: string[] = [];
    let failure: unknown;
    const waiting = envelopes.values();
    const work = async (): Promise<void> => {
      for (const envelope of waiting) {
        const patience = deadline - Date.now();
        const busy = this.leftBehind.size >= MAX_LEFT_BEHIND || this.leftBehind.has(envelope.id);
        if (patience <= 0 || failure !== undefined || busy) continue;
        try {
          await within(this.receive(envelope), patience, () => new Late('It is not settled yet'));
          settled.push(envelope.id);
        } catch (error) {
          if (!(error instanceof Late)) failure = error;
          else if (this.settling.has(envelope.id)) this.leftBehind.add(envelope.id);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (settled.length === 0 && failure !== undefined) throw failure;
    return settled;
  }

  private async settle(envelope: EventEnvelope): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.attempt(envelope);
        return;
      } catch (error) {
        // Not the envelope is at fault: without its database the room can neither handle nor park, and while Redis is away every
        // envelope that needs it would be parked for half a minute. The sender keeps it.
        if (error instanceof DatabaseUnavailable || error instanceof HotStoreUnavailable || error instanceof NotListening) throw error;
        const wait = error instanceof Unreadable || error instanceof Late ? undefined : BACKOFF_MS[tries - 1];
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

  /** One try. A replay also takes what is parked. */
  async attempt(envelope: EventEnvelope, isReplay = false): Promise<Outcome> {
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
    const deadline = this.parts.handlerDeadlineMs ?? HANDLER_DEADLINE_MS;
    let first = false;
    await this.parts.withTrace(envelope, () =>
      this.parts.database.transaction(async (tx) => {
        const { count } = await tx.query(ENTER, [envelope.id, isReplay]);
        if (count === 0) return;
        first = true;
        const handling = inTurn(handlers, (handle) => handle(payload as never, tx));
        await within(handling, deadline, () => new Late(`Its handler did not end within ${deadline} ms`));
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
      for (const { handle } of handlers) await this.parts.withTrace(envelope, async () => handle(payload as never));
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

/** Trying again at once would only hold up those behind it. */
class Late extends Error {}

/** Trying again cannot help: the words are not understood. */
class Unreadable extends Error {}

async function inTurn(handlers: readonly OnceHandler[], call: (handle: OnceHandler['handle']) => Promise<void>): Promise<void> {
  for (const { handle } of handlers) await call(handle);
}

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


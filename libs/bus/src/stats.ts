import type { Room } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';
import type { BusTransport } from './transport.ts';

/** What became of one event here. `told`: committed with what happened; `not-ours`: in a stream that is read, without a handler. */
export type EventOutcome = 'handled' | 'parked' | 'not-ours' | 'told' | 'published' | 'brought-round';
export type ObserveEvent = (event: string, outcome: EventOutcome) => void;

/** The queues of one room, as all its replicas see them. */
export interface BusStats {
  readonly outboxRows: number;
  /** Of the oldest event that not everybody has; 0 when there is none. */
  readonly outboxAgeSeconds: number;
  readonly parked: number;
  /** True while events take the way round, because the transport is away. */
  readonly away: boolean;
  /** Messages that this room has not settled yet, by topic. Empty where the transport knows none, or is away. */
  readonly lag: readonly TopicLag[];
}

export interface TopicLag {
  readonly topic: string;
  readonly lag: number;
}

const QUEUES: Statement = {
  name: 'bus-queues',
  text: `SELECT (SELECT count(*) FROM outbox)::int AS waiting,
  coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - time)) FROM outbox ORDER BY seq LIMIT 1), 0)::float8 AS age,
  (SELECT count(*) FROM parked)::int AS parked`,
};

export async function busStats(room: Room, database: Database, transport: BusTransport, away: boolean): Promise<BusStats> {
  const [{ rows }, lag] = await Promise.all([
    database.query<{ waiting: number; age: number; parked: number }>(QUEUES),
    transport.lag?.(room).catch(() => []) ?? [],
  ]);
  const { waiting = 0, age = 0, parked = 0 } = rows[0] ?? {};
  return { outboxRows: waiting, outboxAgeSeconds: age, parked, away, lag };
}

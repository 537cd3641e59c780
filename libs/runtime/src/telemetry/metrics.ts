import { ROOMS } from '@latchkey/contracts';
import { counter, gauge, histogram } from './metric.ts';

const ROOM = { room: ROOMS } as const;
const MILLISECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const FRACTIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const;
const ROUTE = "the pattern of the room's route, never the path that was asked; `none` where there is no such route";
const ASK = 'the name of an ask in contracts';
const EVENT = 'the name of an event in contracts';

/** Every metric of the product. `docs/metrics.md` is generated from this table. */
export const METRICS = {
  latchkey_http_requests_total: counter('Requests answered.', { ...ROOM, route: ROUTE, method: METHODS, status: 'the HTTP status' }),
  latchkey_http_request_duration_seconds: histogram('From the request to the end of its answer.', MILLISECONDS, { ...ROOM, route: ROUTE, method: METHODS }),
  latchkey_http_requests_in_flight: gauge('Requests that are being answered now.', ROOM),

  latchkey_peer_asks_total: counter('What this room asked of another.', {
    ...ROOM,
    to: ROOMS,
    ask: ASK,
    outcome: ['answered', 'refused', 'unavailable', 'failed'],
  }),
  latchkey_peer_ask_duration_seconds: histogram('From the ask to its answer, repetitions included.', MILLISECONDS, { ...ROOM, to: ROOMS, ask: ASK }),
  latchkey_peer_circuit_open: gauge('1 while a room is not asked, because it did not answer.', { ...ROOM, to: ROOMS }),

  latchkey_bus_outbox_rows: gauge('Events that not everybody has yet. All replicas of a room see the same.', ROOM),
  latchkey_bus_outbox_age_seconds: gauge('Age of the oldest of them; 0 when there is none.', ROOM),
  latchkey_bus_parked_events: gauge('Events that their handler refused, and that wait to be tried again.', ROOM),
  latchkey_bus_consumer_lag: gauge('Messages of a topic that this room has not settled.', { ...ROOM, topic: 'the topics of contracts' }),
  latchkey_bus_away: gauge('1 while events go to the rooms directly, because the bus is away.', ROOM),
  latchkey_bus_events_total: counter('What became of events in this room; `told` counts what was made ready to be told, which a statement may find needless.', {
    ...ROOM,
    event: EVENT,
    outcome: ['handled', 'parked', 'not-ours', 'told', 'published', 'brought-round'],
  }),

  latchkey_hot_store_trips_total: counter('Trips to Redis, or to the memory in its place.', {
    ...ROOM,
    method: ['get', 'put', 'swap', 'drop', 'take', 'takeBound', 'count'],
    outcome: ['ok', 'unavailable', 'failed'],
  }),
  latchkey_hot_store_trip_duration_seconds: histogram('Duration of a trip.', FRACTIONS, {
    ...ROOM,
    method: ['get', 'put', 'swap', 'drop', 'take', 'takeBound', 'count'],
  }),
  latchkey_postgres_connections: gauge('Connections to PostgreSQL; `waiting` are those who want one.', { ...ROOM, state: ['busy', 'idle', 'waiting'] }),
  latchkey_postgres_statements_total: counter('Statements; `conflict` is a constraint that said no, which is an ordinary answer.', {
    ...ROOM,
    statement: 'the name that the code gives it, or `unnamed`',
    outcome: ['ok', 'conflict', 'unavailable', 'failed'],
  }),
  latchkey_postgres_statement_duration_seconds: histogram('Duration of a statement.', FRACTIONS, ROOM),

  latchkey_sign_ins_total: counter('Passwords tried.', { outcome: ['signed-in', 'refused', 'throttled', 'overloaded'] }),
  latchkey_sessions_started_total: counter('Sessions started.', {}),
  latchkey_sessions_ended_total: counter('Sessions ended.', { reason: 'the reasons of `session.ended` in contracts' }),
  latchkey_tickets_validated_total: counter('CAS tickets validated.', { outcome: '`valid`, or the failure code of the CAS protocol' }),
  latchkey_proxy_callbacks_total: counter('Proxy-granting tickets handed to a proxy at its callback.', { outcome: ['taken', 'refused', 'unreachable'] }),
  latchkey_proxy_tickets_total: counter('CAS proxy tickets asked for.', { outcome: '`issued`, or the failure code of the CAS protocol' }),
  latchkey_forward_auth_checks_total: counter('Requests to protected hosts that a proxy asked about.', { outcome: ['open', 'not-admitted', 'nobody', 'wait'] }),
  latchkey_tokens_issued_total: counter('Access tokens issued.', { grant_type: ['authorization_code', 'refresh_token', 'client_credentials'] }),
  latchkey_deliveries_total: counter('Attempts to tell an application of a logout.', {
    ...ROOM,
    protocol: ['cas', 'oidc'],
    outcome: ['delivered', 'failed', 'given-up'],
  }),
  latchkey_deliveries_waiting: gauge('Applications that are still to be told. All replicas of a room see the same.', ROOM),
  latchkey_delivery_oldest_seconds: gauge('Since when the one that waits longest is to be told; 0 when none waits.', ROOM),

  latchkey_registry_revision: gauge('The newest change of services, clients and resources that this replica knows. Apart for more than a moment, one of them is behind.', ROOM),

  latchkey_collect_failures_total: counter('Gauges that could not be read for a scrape, and are absent from it.', {
    ...ROOM,
    part: ['bus', 'circuits', 'connections', 'deliveries', 'http', 'registry'],
  }),
} as const;

type Table = typeof METRICS;
export type MetricName<Kind extends string> = { [N in keyof Table]: Table[N]['kind'] extends Kind ? N : never }[keyof Table];

/** What a caller says of one measurement; the room is known. */
export type LabelsOf<N extends keyof Table> = {
  readonly [L in keyof Table[N]['labels'] as L extends 'room' ? never : L]: Table[N]['labels'][L] extends readonly (infer Value)[] ? Value : string;
};
type LabelArgument<N extends keyof Table> = keyof LabelsOf<N> extends never ? [] : [labels: LabelsOf<N>];

/** What one room measures. Names and labels are those of the table, or it does not compile. */
export interface Metrics {
  count<N extends MetricName<'counter'>>(name: N, ...labels: LabelArgument<N>): void;
  observe<N extends MetricName<'histogram'>>(name: N, value: number, ...labels: LabelArgument<N>): void;
  /** `read` is asked at each scrape. If it fails or is late, its gauges are absent: better than one that lies. */
  collect(part: CollectedPart, read: () => Promise<readonly Reading[]> | readonly Reading[]): void;
}

export type CollectedPart = LabelsOf<'latchkey_collect_failures_total'>['part'];

export interface Reading {
  readonly name: MetricName<'gauge'>;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

export function reading<N extends MetricName<'gauge'>>(name: N, value: number, ...labels: LabelArgument<N>): Reading {
  return { name, value, labels: (labels[0] ?? {}) as Record<string, string> };
}

export const silentMetrics: Metrics = { count: () => {}, observe: () => {}, collect: () => {} };

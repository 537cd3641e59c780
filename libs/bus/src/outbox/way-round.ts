import { eventNamed, eventsPeer, type EventEnvelope, type PeerApi, type PeerClient, type Room } from '@latchkey/contracts';
import type { Sql } from '@latchkey/store';
import type { BusLogger } from '../logger.ts';
import { within } from '../within.ts';
import { rememberReached, settle, type Claimed } from './outbox-rows.ts';

/** Asks another room. `Peers` of @latchkey/peers is one. */
export interface Asker {
  to<Api extends PeerApi>(api: Api): PeerClient<Api>;
}

/** The most that one ask of `eventsPeer` takes. */
const PER_ASK = 100;
/** A room that is slower than this is told again later; the others do not wait for it. */
const PATIENCE_MS = 3_000;
/** For a room that did not answer the last time. */
const DOUBTFUL_PATIENCE_MS = 250;
const REST_MS = 1_000;
const MAX_REST_MS = 5_000;

/** How it stands with one consuming room. */
interface Lane {
  /** An ask that outlasted our patience is still on its way; a second one would only pile up behind it. */
  asking: boolean;
  failures: number;
  restsUntil: number;
}

/**
 * While the transport is away, or where there is none, each consuming room is handed the same envelopes with the same ids: its
 * inbox removes doubles. A row goes only when every declared consumer has it; until then it remembers who has.
 */
export class WayRound {
  private readonly lanes = new Map<Room, Lane>();

  constructor(
    private readonly peers: Asker,
    private readonly logger: BusLogger,
  ) {}

  /** False for a room that is asked already, or has just failed: a row that only it lacks need not be touched. */
  isOpen(room: Room): boolean {
    const lane = this.lanes.get(room);
    return lane === undefined || (!lane.asking && Date.now() >= lane.restsUntil);
  }

  /** `brought`: the rows that everybody has now, and that therefore went. `goesOn`: a room took some and would take more. */
  async bring(sql: Sql, rows: readonly Claimed[]): Promise<{ brought: Claimed[]; goesOn: boolean }> {
    const has = new Map(rows.map((row) => [row, new Set<Room>(row.reached)]));
    const wanting = new Map<Room, Claimed[]>();
    for (const row of rows) {
      for (const room of consumersOf(row.envelope)) {
        if (!has.get(row)?.has(room) && this.isOpen(room)) wanting.set(room, [...(wanting.get(room) ?? []), row]);
      }
    }
    const told = await Promise.all([...wanting].map(([room, wanted]) => this.tellInTime(room, wanted)));
    for (const { room, settled } of told) for (const row of settled) has.get(row)?.add(room);
    const complete = (row: Claimed) => {
      const consumers = consumersOf(row.envelope);
      return consumers.length > 0 && consumers.every((room) => has.get(row)?.has(room));
    };
    const brought = rows.filter(complete);
    await settle(sql, brought);
    const taking = new Set(told.filter(({ settled }) => settled.length > 0).map(({ room }) => room));
    const left = rows
      .filter((row) => !complete(row))
      .map((row) => {
        const reached = has.get(row) ?? new Set<Room>();
        const rests = !consumersOf(row.envelope).some((room) => taking.has(room) && !reached.has(room));
        return { row, reached: [...reached], rests };
      });
    await rememberReached(sql, left);
    return { brought, goesOn: left.some(({ rests }) => !rests) };
  }

  private async tellInTime(room: Room, rows: readonly Claimed[]): Promise<{ room: Room; settled: readonly Claimed[] }> {
    const lane = this.lanes.get(room) ?? { asking: false, failures: 0, restsUntil: 0 };
    this.lanes.set(room, lane);
    const patience = lane.failures > 0 ? DOUBTFUL_PATIENCE_MS : PATIENCE_MS;
    lane.asking = true;
    const told = this.tell(room, rows)
      .then((settled) => {
        if (lane.failures > 0) this.logger.info({ room }, 'A room can be told by the way round again');
        lane.failures = 0;
        return settled;
      })
      .catch((error: unknown) => {
        lane.restsUntil = Date.now() + Math.min(MAX_REST_MS, REST_MS * 2 ** lane.failures);
        lane.failures += 1;
        const say = lane.failures === 1 ? 'warn' : 'debug';
        this.logger[say]({ room, err: error }, 'A room could not be told by the way round; it is told again');
        return [];
      })
      .finally(() => (lane.asking = false));
    const settled = await within(told, patience, () => new Error('late')).catch(() => []);
    return { room, settled };
  }

  private async tell(room: Room, rows: readonly Claimed[]): Promise<Claimed[]> {
    const settled = new Set<string>();
    for (let from = 0; from < rows.length; from += PER_ASK) {
      const events = rows.slice(from, from + PER_ASK).map(({ envelope }) => envelope);
      const answer = await this.peers.to(eventsPeer(room)).receive({ events, partial: true });
      for (const id of answer.settled ?? events.map((event) => event.id)) settled.add(id);
    }
    return rows.filter(({ envelope }) => settled.has(envelope.id));
  }
}

/** Nobody, for an event of a newer release that this one does not know: the row waits for a relay that does. */
function consumersOf({ name, version }: EventEnvelope): readonly Room[] {
  return eventNamed(name, version)?.consumers ?? [];
}

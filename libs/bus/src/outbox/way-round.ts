import { eventNamed, eventsPeer, type EventEnvelope, type PeerApi, type PeerClient, type Room } from '@latchkey/contracts';
import type { Sql } from '@latchkey/store';
import type { BusLogger } from '../logger.ts';
import { rememberReached, settle, type Claimed } from './outbox-rows.ts';

/** Asks another room. `Peers` of @latchkey/peers is one. */
export interface Asker {
  to<Api extends PeerApi>(api: Api): PeerClient<Api>;
}

/** The most that one ask of `eventsPeer` takes. */
const PER_ASK = 100;

/**
 * While the transport is away, each consuming room is handed the same envelopes with the same ids: its inbox removes doubles.
 * A row goes only when every declared consumer has it; until then it remembers who has. Returns the rows that went.
 */
export async function bringRound(sql: Sql, rows: readonly Claimed[], peers: Asker, logger: BusLogger): Promise<Claimed[]> {
  const has = new Map(rows.map((row) => [row, new Set<Room>(row.reached)]));
  const wanting = new Map<Room, Claimed[]>();
  for (const row of rows) {
    for (const room of consumersOf(row.envelope)) {
      if (!has.get(row)?.has(room)) wanting.set(room, [...(wanting.get(room) ?? []), row]);
    }
  }
  await Promise.all(
    [...wanting].map(async ([room, wanted]) => {
      try {
        for (let from = 0; from < wanted.length; from += PER_ASK) {
          const some = wanted.slice(from, from + PER_ASK);
          await peers.to(eventsPeer(room)).receive({ events: some.map(({ envelope }) => envelope) });
          for (const row of some) has.get(row)?.add(room);
        }
      } catch (error) {
        logger.warn({ room, err: error }, 'A room could not be told by the way round; it is told again');
      }
    }),
  );
  const complete = (row: Claimed) => {
    const consumers = consumersOf(row.envelope);
    return consumers.length > 0 && consumers.every((room) => has.get(row)?.has(room));
  };
  const done = rows.filter(complete);
  await settle(sql, done);
  for (const row of rows) if (!complete(row)) await rememberReached(sql, row, [...(has.get(row) ?? [])]);
  return done;
}

/** Nobody, for an event of a newer release that this one does not know: the row waits for a relay that does. */
function consumersOf({ name, version }: EventEnvelope): readonly Room[] {
  return eventNamed(name, version)?.consumers ?? [];
}

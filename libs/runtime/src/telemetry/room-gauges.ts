import type { RoomBus } from '@latchkey/bus';
import type { Database } from '@latchkey/store';
import { reading, type Metrics } from './metrics.ts';

/** What a scrape looks up. */
export function collectRoomGauges(metrics: Metrics, { bus, postgres }: { bus: RoomBus; postgres: Database }): void {
  metrics.collect('connections', () => {
    const { busy, idle, waiting } = postgres.connections();
    return [
      reading('latchkey_postgres_connections', busy, { state: 'busy' }),
      reading('latchkey_postgres_connections', idle, { state: 'idle' }),
      reading('latchkey_postgres_connections', waiting, { state: 'waiting' }),
    ];
  });
  metrics.collect('bus', async () => {
    const { outboxRows, outboxAgeSeconds, parked, away, lag } = await bus.stats();
    return [
      reading('latchkey_bus_outbox_rows', outboxRows),
      reading('latchkey_bus_outbox_age_seconds', outboxAgeSeconds),
      reading('latchkey_bus_parked_events', parked),
      reading('latchkey_bus_away', Number(away)),
      ...lag.map(({ topic, lag: behind }) => reading('latchkey_bus_consumer_lag', behind, { topic })),
    ];
  });
}

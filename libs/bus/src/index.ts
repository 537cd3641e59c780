export { on, type Bus, type Listener, type OnceHandler, type EverywhereHandler } from './bus.ts';
export type { BusTransport, Subscription, Unsubscribe } from './transport.ts';
export type { BusLogger } from './logger.ts';
export { createRoomBus, type RoomBus, type RoomBusParts } from './create-room-bus.ts';
export { type ParkedEvent } from './inbox/parked.ts';
export { type Asker } from './outbox/way-round.ts';
export { busMigrations } from './migrations/bus-migrations.ts';
export { memoryTransport } from './transports/memory-transport.ts';
export { kafkaTransport, type KafkaTransportOptions } from './transports/kafka-transport.ts';

export { on, type Bus, type Listener, type OnceHandler, type EverywhereHandler } from './bus.ts';
export type { BusTransport, Subscription } from './transport.ts';

export { answers, type Answers, type Infra, type Job, type RoomDefinition, type RoomParts } from './room.ts';
export { systemClock, type Clock } from './clock.ts';
export type { Logger } from './logger.ts';
export type { HttpSettings } from './http/settings.ts';

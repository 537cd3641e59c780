export { room } from './room.ts';
export { sessionStoreConfig, type SessionStoreConfig } from './config.ts';

export { room } from './room.ts';
export { casConfig, type CasConfig } from './config.ts';

export { room } from './room.ts';
export { consentConfig, type ConsentConfig } from './config.ts';

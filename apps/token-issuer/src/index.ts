export { room } from './room.ts';
export { tokenIssuerConfig, type TokenIssuerConfig } from './config.ts';

export type { Peers } from './peers.ts';
export { PeerUnavailable, PeerRefused } from './peers.ts';
export type { SessionReader } from './session-reader.ts';

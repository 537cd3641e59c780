export type { Peers } from './peers.ts';
export { PeerUnavailable, PeerRefused } from './peers.ts';

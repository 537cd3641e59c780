/** Names under which the module holds what is no class. */
export const PEERS = 'consent.peers';
export const SESSIONS = 'consent.sessions';
export const TENANT = 'consent.tenant';

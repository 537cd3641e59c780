import type { Listener } from '@latchkey/bus';

/** This room tells session.started and session.ended, and listens to nothing: whoever ends a session asks for it. */
export const listeners: readonly Listener[] = [];

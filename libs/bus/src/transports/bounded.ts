import { setTimeout as pause } from 'node:timers/promises';

export const DISCONNECT_PATIENCE_MS = 2_000;

/** `disconnect` of kafkajs waits for open requests, of a dead broker for very long. */
export async function bounded(work: Promise<unknown> | undefined, patienceMs = DISCONNECT_PATIENCE_MS): Promise<void> {
  await Promise.race([work?.catch(() => undefined), pause(patienceMs, undefined, { ref: false })]);
}

import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until `attempt` holds, or fails with its last word after `ms`. */
export async function eventually<T>(attempt: () => Promise<T>, ms: number): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(20);
    }
  }
}

import { Session } from 'node:inspector/promises';

/**
 * What the imports of a start leave behind, V8 collects and gives back when it may: in a room without requests after minutes, or
 * never. So it is asked once, before a request could wait for it. `gc()` collects as well, but keeps the emptied pages.
 */
export async function giveBackMemory(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}

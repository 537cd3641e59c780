import { WebSocket } from 'undici';

const SIGNAL_MS = 30_000;

/** A port of the inspector that is free, should it be asked for: without this all rooms would want 9229. */
export const INSPECTABLE = '--inspect-port=127.0.0.1:0';

/**
 * MB of the heap that a whole collection leaves: what is really held, where `heap used` also counts what nobody has collected yet.
 * Opens the inspector of the process, which stays open. The room must have been started with INSPECTABLE.
 */
export async function keptHeapMb(replica) {
  process.kill(replica.pid, 'SIGUSR1');
  await replica.says('Debugger listening on ws://', SIGNAL_MS);
  const socket = new WebSocket(/Debugger listening on (ws:\/\/\S+)/.exec(replica.logged())[1]);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`The inspector of ${replica.room} did not answer`)), { once: true });
  });
  const ask = (id, method) =>
    new Promise((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(data);
        if (message.id === id) resolve(message.result);
      });
      socket.addEventListener('close', () => reject(new Error(`The inspector of ${replica.room} closed`)), { once: true });
      socket.send(JSON.stringify({ id, method }));
    });
  await ask(1, 'HeapProfiler.collectGarbage');
  const { usedSize } = await ask(2, 'Runtime.getHeapUsage');
  socket.close();
  return usedSize / 1e6;
}

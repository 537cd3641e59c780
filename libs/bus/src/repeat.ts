import type { BusLogger } from './logger.ts';

/** Runs by the clock, never twice at once. Returns the way to stop it, which waits for the turn that runs. */
export function repeat(work: () => Promise<unknown>, everyMs: number, logger: BusLogger): () => Promise<void> {
  let stopped = false;
  let turn: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    timer = setTimeout(() => {
      turn = work()
        .then(() => undefined)
        .catch((error: unknown) => logger.warn({ err: error }, 'A job of the bus failed; it is tried again'))
        .finally(() => {
          if (!stopped) schedule();
        });
    }, everyMs);
    timer.unref();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await turn;
  };
}

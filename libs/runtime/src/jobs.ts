import type { Logger } from './logger.ts';
import type { Job } from './room.ts';

/** Runs each job by the clock, never two turns of one job at once. `stop` waits for what is under way. */
export function startJobs(jobs: readonly Job[], logger: Logger): { stop(): Promise<void> } {
  const running = new Map<string, Promise<void>>();
  const timers = jobs.map((job) =>
    setInterval(() => {
      if (running.has(job.name)) return;
      const turn = job
        .run()
        .catch((error: unknown) => logger.warn({ err: error, job: job.name }, 'a job failed and will run again'))
        .finally(() => running.delete(job.name));
      running.set(job.name, turn);
    }, job.everyMs),
  );
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

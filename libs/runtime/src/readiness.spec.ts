import { describe, expect, it } from '@jest/globals';
import { silentLogger } from './pino-logger.ts';
import { Readiness } from './readiness.ts';

describe('ready is not live (design §8)', () => {
  it('every check must pass', async () => {
    expect(await new Readiness([async () => {}, async () => {}], silentLogger).isReady()).toBe(true);
    expect(await new Readiness([async () => {}, async () => Promise.reject(new Error('away'))], silentLogger).isReady()).toBe(false);
  });

  it('a process that ends is not ready, also when a look that began before says yes', async () => {
    let answer = (): void => {};
    const readiness = new Readiness([() => new Promise((resolve) => (answer = resolve))], silentLogger);
    const asked = readiness.isReady();
    readiness.drain();
    answer();
    expect(await asked).toBe(false);
    expect(await readiness.isReady()).toBe(false);
  });

  it('probes that come close together cost one look', async () => {
    let looks = 0;
    const readiness = new Readiness([async () => void (looks += 1)], silentLogger);
    await Promise.all([readiness.isReady(), readiness.isReady(), readiness.isReady()]);
    expect(looks).toBe(1);
  });
});

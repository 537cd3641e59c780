import { describe, expect, it } from '@jest/globals';
import { HashGate, HashGateFull } from './hash-gate.ts';

function held() {
  let release!: () => void;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { work: () => done, release };
}

describe('flood guard of password hashing (ASVS 15.1.3)', () => {
  it('never runs more at a time than it may, and everybody who waits gets in', async () => {
    const gate = new HashGate({ concurrency: 2, maxWaitMs: 5_000, maxWaiting: 100 });
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 50 }, () =>
        gate.run(async () => {
          most = Math.max(most, ++inside);
          await Promise.resolve();
          inside--;
        }),
      ),
    );
    expect([most, inside]).toEqual([2, 0]);
  });

  it('a full queue is refused at once', async () => {
    const gate = new HashGate({ concurrency: 1, maxWaitMs: 5_000, maxWaiting: 1 });
    const first = held();
    const running = gate.run(first.work);
    const waiting = gate.run(async () => 'in');
    await expect(gate.run(async () => 'in')).rejects.toBeInstanceOf(HashGateFull);
    first.release();
    await running;
    expect(await waiting).toBe('in');
  });

  it('who waited too long is refused, and leaves no hole in the count', async () => {
    const gate = new HashGate({ concurrency: 1, maxWaitMs: 1, maxWaiting: 10 });
    const first = held();
    const running = gate.run(first.work);
    await expect(gate.run(async () => 'in')).rejects.toBeInstanceOf(HashGateFull);
    first.release();
    await running;
    expect(await gate.run(async () => 'in')).toBe('in');
  });

  it('a failing hash gives its place back', async () => {
    const gate = new HashGate({ concurrency: 1, maxWaitMs: 5_000, maxWaiting: 10 });
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.run(async () => 'in')).toBe('in');
  });
});

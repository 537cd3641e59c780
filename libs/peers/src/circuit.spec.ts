import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotHeard } from './ask.ts';
import { Replicas, counted, hangs, says, until } from './replicas.fixture.ts';

/** Patience shorter than in production, so that the tests are; long enough for a busy machine. */
const FAST = { deadlineMs: 3_000, tryMs: 700, probeEveryMs: 200 };

let replicas: Replicas;
beforeEach(() => void (replicas = new Replicas()));
afterEach(() => replicas.stop());

describe('a replica that fails is left out for a moment', () => {
  it('a room of which every address is left out fails at once, and does not cost its callers the deadline', async () => {
    const dead = counted(hangs);
    const told: string[] = [];
    const ask = replicas.asking([(await replicas.start(dead)).address], { limits: { ...FAST, deadlineMs: 200 }, onCircuit: (room, open) => told.push(`${room} ${open}`) });
    for (let n = 0; n < 3; n += 1) await ask().catch(() => undefined);
    const began = performance.now();
    await expect(ask()).rejects.toBeInstanceOf(NotHeard);
    expect(performance.now() - began).toBeLessThan(200);
    expect(told).toEqual(['cas true']);
  });

  it('a room that is away is back soon after it is back, without anybody having asked for it (the registry’s poll: 1 s)', async () => {
    const told: boolean[] = [];
    const first = await replicas.start(says('a'));
    const ask = replicas.asking([first.address], { onCircuit: (_room, open) => told.push(open) });
    await ask();
    await first.stop();
    await until(async () => ((await ask().catch(() => undefined)) === undefined && told.includes(true)) || undefined, 2_000);
    await replicas.start(says('again'), Number(first.address.port));
    const began = performance.now();
    expect((await until(() => ask().catch(() => undefined), 5_000)).body).toBe('again');
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(told).toEqual([true, false]);
  });

  it('one that runs and is not ready stays left out', async () => {
    let probes = 0;
    const notReady = counted((request, response) => {
      if (request.url !== '/health/ready') return void request.socket.destroy();
      probes += 1;
      response.writeHead(503).end();
    });
    const ask = replicas.asking([(await replicas.start(notReady)).address], { limits: FAST });
    for (let n = 0; n < 3; n += 1) await ask().catch(() => undefined);
    await until(async () => probes >= 3 || undefined, 5_000);
    await expect(ask()).rejects.toBeInstanceOf(NotHeard);
    expect(notReady.heard - probes).toBe(3);
  });

  it('one asks how it is, however many asks were under way when it failed', async () => {
    const first = await replicas.start(says('a'));
    const ask = replicas.asking([first.address], { limits: FAST });
    await first.stop();
    await Promise.all(Array.from({ length: 20 }, () => ask().catch(() => undefined)));
    let probes = 0;
    await replicas.start((_request, response) => ((probes += 1), void response.writeHead(503).end()), Number(first.address.port));
    const began = performance.now();
    await until(async () => probes >= 5 || undefined, 5_000);
    expect(performance.now() - began).toBeGreaterThan(3 * FAST.probeEveryMs);
  });

  it('an answer that the room could not is an answer: nobody is left out for it', async () => {
    const ask = replicas.asking([(await replicas.start((_request, response) => void response.writeHead(503).end())).address], { limits: FAST });
    for (let n = 0; n < 10; n += 1) expect((await ask()).status).toBe(503);
  });

  it('a process that is stopped (SIGSTOP) holds up few callers, and none after that; it is asked again when it goes on', async () => {
    const [a, b] = [await replicas.process('a'), await replicas.process('b')];
    const ask = replicas.asking([a.address, b.address], { limits: FAST });
    const idempotent = async () => {
      const attempt = { idempotent: true, began: performance.now(), tried: new Set<string>() };
      const { body } = await ask(attempt).catch(() => ask(attempt));
      return { body, tries: attempt.tried.size };
    };
    await Promise.all(Array.from({ length: 20 }, idempotent));
    a.child.kill('SIGSTOP');
    let held = 0;
    for (let n = 0; n < 200; n += 1) {
      const { body, tries } = await idempotent();
      expect(body).toBe('b');
      if (tries > 1) held += 1;
    }
    expect(held).toBeLessThanOrEqual(3);
    a.child.kill('SIGCONT');
    await until(async () => (await idempotent()).body === 'a' || undefined, 5_000);
  });

  it('a replica that is full is passed over: its callers do not queue behind those that it holds', async () => {
    const slow = counted(hangs);
    const address = (await replicas.start(slow)).address;
    const ask = replicas.asking([address], { limits: { atOnce: 5, deadlineMs: 1_000, openAfter: 1_000 } });
    const held = Array.from({ length: 5 }, () => ask().catch(() => 'given up'));
    await expect(ask()).rejects.toMatchObject({ name: 'NotHeard', cause: expect.stringContaining('at once') });
    expect(await Promise.all(held)).toEqual(Array.from({ length: 5 }, () => 'given up'));
    expect(slow.heard).toBeLessThanOrEqual(5);
  });
});

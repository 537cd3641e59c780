import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotHeard } from './ask.ts';
import { Replicas, counted, hangs, hangsUp, says, until } from './replicas.fixture.ts';

let replicas: Replicas;
beforeEach(() => void (replicas = new Replicas()));
afterEach(() => replicas.stop());

describe('replicas of a room (design §4)', () => {
  it('are asked at random, so that no replica is anybody’s own', async () => {
    const ask = replicas.asking([(await replicas.start(says('a'))).address, (await replicas.start(says('b'))).address]);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask()));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['a', 'b']));
  });

  it('an ask that nobody heard goes to the next, whatever it is: a refused connection has no effect', async () => {
    const ask = replicas.asking([await replicas.nobody(), (await replicas.start(says('b'))).address, await replicas.nobody()]);
    for (let n = 0; n < 20; n += 1) expect((await ask()).body).toBe('b');
  });

  it('an ask that may have been heard is not carried to the next by itself', async () => {
    const both = counted(hangsUp);
    const ask = replicas.asking([(await replicas.start(both)).address, (await replicas.start(both)).address]);
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(both.heard).toBe(1);
  });

  it('another try of the same ask goes to a replica that has not failed it', async () => {
    const ask = replicas.asking([(await replicas.start(hangsUp)).address, (await replicas.start(says('b'))).address]);
    for (let n = 0; n < 20; n += 1) {
      const attempt = { idempotent: true, tried: new Set<string>() };
      const first = await ask(attempt).catch(() => null);
      if (first === null) expect((await ask(attempt)).body).toBe('b');
    }
  });

  it('one address is tried again when nobody heard the ask: behind a Service another may take the next connection', async () => {
    const port = Number((await replicas.nobody()).port);
    const ask = replicas.asking([new URL(`http://127.0.0.1:${port}`)]);
    const answer = ask();
    await replicas.start(says('b'), port);
    expect((await answer).body).toBe('b');
  });

  it('one address that may have heard the ask is not asked again', async () => {
    const only = counted(hangsUp);
    await replicas.asking([(await replicas.start(only)).address])().catch(() => undefined);
    expect(only.heard).toBe(1);
  });

  it('when none is there, the caller learns that nobody heard it', async () => {
    await expect(replicas.asking([await replicas.nobody(), await replicas.nobody()])()).rejects.toBeInstanceOf(NotHeard);
  });
});

describe('one ask over HTTP', () => {
  it('is over at its deadline, and its connection goes with it: asks that were given up do not pile up', async () => {
    const held = new Set<Socket>();
    const { address, server } = await replicas.start((request) => void held.add(request.socket));
    const ask = replicas.asking([address], { limits: { deadlineMs: 500, openAfter: 1_000 } });
    for (let round = 0; round < 3; round += 1) {
      const began = performance.now();
      const failures = await Promise.all(Array.from({ length: 20 }, () => ask().then(() => 'answered', String)));
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(failures).not.toContain('answered');
    }
    expect(held.size).toBeGreaterThan(0);
    await until(async () => [...held].every((socket) => socket.destroyed) || undefined, 2_000);
    expect(await connections(server)).toBeLessThan(40);
  });

  it('an answer that trickles is over at the deadline too', async () => {
    const trickles = (_request: unknown, response: { write(text: string): void }): void => response.write('{');
    const ask = replicas.asking([(await replicas.start(trickles as never)).address], { limits: { deadlineMs: 500 } });
    await expect(ask()).rejects.toThrow('no answer within');
  });

  it('all tries share one deadline', async () => {
    const ask = replicas.asking([(await replicas.start(hangs)).address], { limits: { deadlineMs: 100 } });
    await expect(ask({ idempotent: true, began: performance.now() - 200 })).rejects.toBeInstanceOf(NotHeard);
  });

  it('that is idempotent does not spend its whole deadline on one replica that hangs', async () => {
    const slow = counted(hangs);
    const ask = replicas.asking([(await replicas.start(slow)).address, (await replicas.start(says('b'))).address], { limits: { tryMs: 300, openAfter: 1_000 } });
    while (slow.heard === 0) {
      const began = performance.now();
      const attempt = { idempotent: true, began, tried: new Set<string>() };
      const answer = await ask(attempt).catch(() => ask(attempt));
      expect(answer.body).toBe('b');
      expect(performance.now() - began).toBeLessThan(4_000);
    }
  });

  it('refuses an answer of more than 16 MB, and reads no more of it', async () => {
    const piece = Buffer.alloc(1024 * 1024);
    let written = 0;
    const endless = (_request: unknown, response: NodeJS.WritableStream): void => {
      const more = (): void => {
        written += 1;
        response.write(piece, more);
      };
      more();
    };
    const ask = replicas.asking([(await replicas.start(endless as never)).address]);
    await expect(ask()).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
    expect(written).toBeLessThan(64);
  });

  it('takes an answer of several pieces whole, also where a character is cut', async () => {
    const euro = Buffer.from('{"name":"€"}');
    const pieces = (_request: unknown, response: NodeJS.WritableStream): void => void response.write(euro.subarray(0, 10), () => response.end(euro.subarray(10)));
    expect((await replicas.asking([(await replicas.start(pieces as never)).address])()).body).toBe('{"name":"€"}');
  });

  it('asks one after the other share their connections', async () => {
    const { address, server } = await replicas.start(says('a'));
    let opened = 0;
    server.on('connection', () => void (opened += 1));
    const ask = replicas.asking([address]);
    for (let n = 0; n < 20; n += 1) await ask();
    // The next ask may begin in the turn in which the last one ends, before its connection is free.
    expect(opened).toBeLessThanOrEqual(2);
  });
});

function connections(server: { getConnections(done: (error: Error | null, count: number) => void): unknown }): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))));
}

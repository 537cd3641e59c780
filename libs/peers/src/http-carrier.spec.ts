import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NotHeard, type Attempt } from './ask.ts';
import { httpCarrier } from './http-carrier.ts';

const servers: Server[] = [];
const carriers: { close(): void }[] = [];
afterEach(async () => {
  for (const carrier of carriers.splice(0)) carrier.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function replica(answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function nobody(): Promise<URL> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return new URL(`http://127.0.0.1:${port}`);
}

function asking(...addresses: URL[]) {
  const carrier = httpCarrier(() => addresses);
  carriers.push(carrier);
  return (attempt: Partial<Attempt> = {}) => carrier('cas', '/internal/cas/read', {}, '{}', { idempotent: false, began: performance.now(), tried: new Set(), ...attempt });
}

const says = (text: string): RequestListener => (_request, response) => void response.end(text);

describe('replicas of a room (design §4)', () => {
  it('are asked at random, so that no replica is anybody’s own', async () => {
    const ask = asking(await replica(says('a')), await replica(says('b')));
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask()));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['a', 'b']));
  });

  it('an ask that nobody heard goes to the next, whatever it is: a refused connection has no effect', async () => {
    const ask = asking(await nobody(), await replica(says('b')), await nobody());
    for (let n = 0; n < 20; n += 1) expect((await ask()).body).toBe('b');
  });

  it('an ask that may have been heard is not carried to the next by itself', async () => {
    let heard = 0;
    const hangsUp: RequestListener = (request) => {
      heard += 1;
      request.socket.destroy();
    };
    const ask = asking(await replica(hangsUp), await replica(hangsUp));
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(failure).not.toBeInstanceOf(NotHeard);
    expect(heard).toBe(1);
  });

  it('another try of the same ask goes to a replica that has not failed it', async () => {
    const hangsUp: RequestListener = (request) => void request.socket.destroy();
    const ask = asking(await replica(hangsUp), await replica(says('b')));
    for (let n = 0; n < 20; n += 1) {
      const tried = new Set<string>();
      const first = await ask({ idempotent: true, tried }).catch(() => null);
      if (first === null) expect((await ask({ idempotent: true, tried })).body).toBe('b');
    }
  });

  it('when none is there, the caller learns that nobody heard it', async () => {
    await expect(asking(await nobody(), await nobody())()).rejects.toBeInstanceOf(NotHeard);
  });
});

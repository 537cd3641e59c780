import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { httpCarrier } from './http-carrier.ts';
import { Replicas } from './replicas.fixture.ts';

const RESTARTS = 20;
const ASKERS = 8;

let replicas: Replicas;
beforeEach(() => void (replicas = new Replicas()));
afterEach(() => replicas.stop());

describe('a rolling restart drops no ask (a draining server answers Connection: close)', () => {
  it(`${RESTARTS} graceful restarts of two replicas in turn, under asks that may not be repeated: each is heard once and answered`, async () => {
    const heard = new Map<string, number>();
    const places = await Promise.all([0, 1].map(() => Place.open(replicas, heard)));
    const carrier = httpCarrier(() => places.map(({ address }) => address));
    let over = false;
    let asked = 0;
    const failures: unknown[] = [];
    const asker = async (): Promise<void> => {
      while (!over) {
        const id = String((asked += 1));
        const answer = await carrier('cas', '/internal/cas/write', {}, id, { idempotent: false, began: performance.now(), tried: new Set() }).catch(
          (error: unknown) => error,
        );
        if ((answer as { body?: string }).body !== id) failures.push(answer);
      }
    };
    const askers = Array.from({ length: ASKERS }, asker);
    for (let n = 0; n < RESTARTS; n += 1) await places[n % 2]!.restart();
    over = true;
    await Promise.all(askers);
    carrier.close();

    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(RESTARTS * ASKERS);
    expect(heard.size).toBe(asked);
    expect([...heard.values()].every((times) => times === 1)).toBe(true);
  }, 60_000);
});

/** One address at which one server follows the other. */
class Place {
  private draining = false;
  private server!: Server;
  address!: URL;

  private constructor(
    private readonly replicas: Replicas,
    private readonly heard: Map<string, number>,
  ) {}

  static async open(replicas: Replicas, heard: Map<string, number>): Promise<Place> {
    const place = new Place(replicas, heard);
    await place.start();
    return place;
  }

  /** Drains as a room does, here until all its clients have gone; then it ends, and another one begins. */
  async restart(): Promise<void> {
    const served = this.served;
    while (this.served < served + ASKERS) await once(this.server, 'request');
    this.draining = true;
    while ((await this.connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await closed;
    await this.start();
  }

  private served = 0;

  private async start(): Promise<void> {
    this.draining = false;
    const { server, address } = await this.replicas.start(this.answer, this.address === undefined ? 0 : Number(this.address.port));
    this.server = server;
    this.address = address;
  }

  private readonly answer: RequestListener = (request, response) => {
    this.served += 1;
    if (this.draining) response.shouldKeepAlive = false;
    let id = '';
    request.on('data', (chunk: Buffer) => void (id += chunk.toString()));
    request.on('end', () => {
      this.heard.set(id, (this.heard.get(id) ?? 0) + 1);
      response.end(id);
    });
  };

  private connections(): Promise<number> {
    return new Promise((resolve, reject) => this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))));
  }
}

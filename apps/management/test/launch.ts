import { memoryTransport } from '@latchkey/bus';
import { embeddedServiceKeys } from '@latchkey/peers';
import { openRoom, silentLogger, type RunningRoom } from '@latchkey/runtime';
import { ROOMS } from '@latchkey/contracts';
import { memoryHotStore } from '@latchkey/store';
import { room, type ManagementParts } from '../src/room.ts';
import { FakeRooms } from './fake-peers.ts';

export const PUBLIC_URL = 'http://localhost:8080';

export interface Launched {
  readonly running: RunningRoom;
  readonly parts: ManagementParts;
  readonly rooms: FakeRooms;
  readonly clock: { time: number; now(): number };
  /** A request to the room, JSON in and out. */
  call(method: string, url: string, options?: { token?: string; body?: unknown; headers?: Record<string, string> }): Promise<Answered>;
  /** A living token for the admin API. */
  token(claims?: object, header?: object): string;
  close(): Promise<void>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Record<string, string | string[] | number | undefined>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** This room as its process runs it, on a database with an empty schema `management`, among fakes of the other rooms. */
export async function launchManagement(database: { url: string; close(): Promise<void> }): Promise<Launched> {
  const rooms = new FakeRooms();
  const clock = { time: Date.UTC(2026, 10, 24), now: () => clock.time };
  const key = Buffer.alloc(32, 1);
  const running = await openRoom(room, {
    tenant: 'main',
    environment: {},
    http: { publicUrl: PUBLIC_URL, secure: false, trustedProxies: [], cookieKey: key, formKey: key },
    clock,
    logger: silentLogger,
    hot: memoryHotStore(clock),
    transport: memoryTransport(),
    peers: rooms.peers,
    keys: embeddedServiceKeys(ROOMS).get('management')!,
    outbound: { send: () => Promise.reject(new Error('unused')) },
    database: { url: database.url, schema: 'management' },
    migrates: true,
  });
  return {
    running,
    parts: running.parts as ManagementParts,
    rooms,
    clock,
    async call(method, url, { token, body, headers } = {}) {
      const answer = await running.fastify.inject({
        method: method as 'GET',
        url,
        headers: {
          host: 'localhost:8080',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const json = /json/.test(String(answer.headers['content-type'])) ? (JSON.parse(answer.body) as Answered['body']) : ({} as Answered['body']);
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: json };
    },
    token(claims = {}, header = {}) {
      const now = Math.floor(clock.now() / 1000);
      return rooms.keys[0]!.sign(
        { iss: PUBLIC_URL, aud: `${PUBLIC_URL}/admin`, sub: 'nobody', client_id: 'latchkey-admin', scope: 'admin', iat: now, exp: now + 300, jti: 'j', ...claims },
        header,
      );
    },
    async close() {
      await running.stop();
      await database.close();
    },
  };
}

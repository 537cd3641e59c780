import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stopServices, testDatabase, type TestDatabase } from '../../../testing/src/servers.ts';
import type { Database } from '../database.ts';
import { DatabaseUnavailable } from './errors.ts';
import { openDatabase } from './open-database.ts';

/** An error event that nobody hears ends a process, and fails a test of jest. */
describe('a PostgreSQL that is gone without a word (INV-9: everything recovers without a restart)', () => {
  let test: TestDatabase;
  let between: Between;
  let database: Database;

  beforeAll(async () => {
    test = await testDatabase([], { schema: 'things' });
    between = await Between.start(new URL(test.url));
    database = await openDatabase({ url: between.url, schema: 'things', maxConnections: 2 });
  });
  afterAll(async () => {
    await database.close();
    await between.stop();
    await test.close();
    await stopServices();
  });

  it('between two statements of a transaction: the transaction fails, and the process lives', async () => {
    const failed = await database
      .transaction(async (tx) => {
        await tx.query('SELECT 1');
        await between.cut();
        // Over another connection: when this is back, the loss was heard on the first one.
        await database.query('SELECT 1');
        await tx.query('SELECT 2');
      })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatabaseUnavailable);
    expect((await database.query('SELECT 1')).count).toBe(1);
  });

  it('under a statement: it fails, and the process lives', async () => {
    const failing = database.query('SELECT pg_sleep(5)').catch((error: unknown) => error);
    await between.busy();
    await between.cut();
    expect(await failing).toBeInstanceOf(DatabaseUnavailable);
    expect((await database.query('SELECT 1')).count).toBe(1);
  });
});

/** Stands between a database and its clients, so that it can vanish for them alone. */
class Between {
  private readonly sockets = new Set<Socket>();
  private asked = (): void => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(to: URL): Promise<Between> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(to);
    url.port = String((server.address() as AddressInfo).port);
    const between = new Between(server, url.href);
    server.on('connection', (socket) => between.join(socket, connect(Number(to.port), to.hostname)));
    return between;
  }

  private join(client: Socket, server: Socket): void {
    for (const [socket, other] of [[client, server], [server, client]] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (this.sockets.delete(socket), other.destroy()));
      socket.pipe(other);
    }
    client.on('data', () => this.asked());
  }

  /** Resolves when something is asked. */
  busy(): Promise<void> {
    return new Promise((resolve) => (this.asked = resolve));
  }

  /** Resets every connection, as the kernel does for a process that was killed. */
  async cut(): Promise<void> {
    const gone = [...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.sockets) socket.resetAndDestroy();
    await Promise.all(gone);
  }

  async stop(): Promise<void> {
    await this.cut();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }
}

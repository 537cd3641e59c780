import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bus } from '@latchkey/bus';
import { testDatabase, type TestDatabase } from '@latchkey/testing/test-database';
import { Deliveries, type DeliveriesOptions, type NewDelivery } from './deliveries.ts';
import { deliveryMigrations } from './delivery-statements.ts';
import { OutboundFailed, type Outbound } from './outbound.ts';

const DELIVERY: NewDelivery = {
  sid: 's1',
  subject: 'ada',
  application: 'shop',
  applicationName: 'Shop',
  address: 'https://shop.example/',
  reason: 'sign-out',
  payload: { ticket: 'ST-1' },
};
const LIST = { subject: null, sid: null, state: null, limit: 100 } as const;

describe('deliveries: every application is told, or stands parked in the ledger (INV-3, INV-6)', () => {
  let db: TestDatabase;
  let settled: unknown[];
  let answers: (number | Error)[];
  let sent: string[];

  beforeEach(async () => {
    db = await testDatabase(deliveryMigrations);
    settled = [];
    answers = [];
    sent = [];
  });
  afterEach(() => db.close());

  const outbound: Outbound = {
    async send(request) {
      sent.push(request.url);
      const next = answers.length > 1 ? answers.shift()! : (answers[0] ?? 200);
      if (next instanceof Error) throw next;
      return { status: next, headers: {}, body: '' };
    },
  };
  const bus = {
    tell: async (_sql: unknown, _event: unknown, payload: unknown) => void settled.push(payload),
    envelope: () => {
      throw new Error('not used');
    },
    poke: () => {},
  } as unknown as Bus;
  const deliveries = (settings: DeliveriesOptions['settings'] = { backoffMs: [0] }, through: Outbound = outbound): Deliveries =>
    new Deliveries({
      database: db.database,
      outbound: through,
      bus,
      room: 'cas',
      tenant: 'main',
      logger: { warn: () => {} },
      requestFor: async ({ address }) => ({ method: 'POST', url: address }),
      accepts: ({ status }) => status < 300,
      settings,
    });
  /** Queued without the poke that follows a commit, so that a test decides when a turn begins. */
  const queue = (keeper: Deliveries, count = 1, delivery = DELIVERY): Promise<void> =>
    db.database.transaction((tx) => keeper.queue({ query: tx.query.bind(tx), afterCommit: () => {} }, Array.from({ length: count }, () => delivery)));

  it('is delivered once when accepted, with the answer in the ledger', async () => {
    const keeper = deliveries();
    await queue(keeper);
    await keeper.run();
    await keeper.run();
    expect(sent).toHaveLength(1);
    expect(await keeper.list(LIST)).toMatchObject([{ state: 'delivered', application: 'shop', attempts: [{ answer: '200' }], nextAt: null }]);
    expect(settled).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  it('is tried again after a refusal or a failure, and each attempt stands in the ledger', async () => {
    answers = [500, new OutboundFailed('the connection was refused'), 200];
    const keeper = deliveries();
    await queue(keeper);
    await keeper.run();
    expect(await keeper.list(LIST)).toMatchObject([
      { state: 'delivered', attempts: [{ answer: '500' }, { answer: 'the connection was refused' }, { answer: '200' }] },
    ]);
  });

  it('waits the backoff between attempts', async () => {
    answers = [500];
    const keeper = deliveries({ backoffMs: [60_000] });
    await queue(keeper);
    await keeper.run();
    await keeper.run();
    expect(sent).toHaveLength(1);
    expect(await keeper.list(LIST)).toMatchObject([{ state: 'trying', settledAt: null }]);
  });

  it('is parked when it is too old, and goes back to work by hand', async () => {
    answers = [500];
    const keeper = deliveries({ backoffMs: [0], giveUpAfterMs: 0 });
    await queue(keeper);
    await keeper.run();
    const [parked] = await keeper.list({ ...LIST, state: 'parked' });
    expect(parked).toMatchObject({ attempts: [{ answer: '500' }] });
    expect(settled).toMatchObject([{ state: 'parked' }]);
    answers = [204];
    expect(await keeper.retry(parked!.id)).toBe(true);
    await keeper.run();
    expect(await keeper.list({ ...LIST, state: 'delivered' })).toHaveLength(1);
    expect(await keeper.retry(parked!.id)).toBe(false);
  });

  it('two processes share the work and tell nobody twice', async () => {
    const [one, two] = [deliveries(), deliveries()];
    await queue(one, 60);
    await Promise.all([one.run(), two.run()]);
    expect(sent).toHaveLength(60);
    expect(await one.list({ ...LIST, state: 'delivered' })).toHaveLength(60);
  });

  it('an application that hangs delays no other, however much is queued for it', async () => {
    let release: () => void = () => {};
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const told: string[] = [];
    let allTold: () => void = () => {};
    const othersAreTold = new Promise<void>((resolve) => (allTold = resolve));
    const keeper = deliveries({ backoffMs: [60_000] }, {
      async send({ url }) {
        if (url.includes('hangs')) {
          await hanging;
          throw new OutboundFailed('no answer within 5000 ms');
        }
        if (told.push(url) === 3) allTold();
        return { status: 200, headers: {}, body: '' };
      },
    });
    const hangs = { ...DELIVERY, application: 'hangs', address: 'https://hangs.example/' };
    await queue(keeper, 100, hangs);
    const turn = keeper.run();
    await queue(keeper, 3);
    keeper.poke();
    await othersAreTold;
    expect(told).toHaveLength(3);
    release();
    await turn;
    expect((await keeper.list({ ...LIST, state: 'trying' })).filter(({ attempts }) => attempts.length === 1)).toHaveLength(100);
  }, 20_000);

  it('a rolled back transaction queues nothing', async () => {
    const keeper = deliveries();
    const rolledBack = db.database.transaction(async (tx) => {
      await keeper.queue(tx, [DELIVERY]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await keeper.list(LIST)).toEqual([]);
  });

  it('a process that died in mid-attempt holds its deliveries up for no more than the claim', async () => {
    const keeper = deliveries();
    await queue(keeper);
    await db.database.query("UPDATE delivery SET next_at = now() + interval '10 seconds'");
    await keeper.run();
    expect(sent).toHaveLength(0);
    await db.database.query("UPDATE delivery SET next_at = now()");
    await keeper.run();
    expect(sent).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Pool } from 'pg';
import { openDatabase } from './database.ts';
import { openSeason } from './season.ts';
import { Seats } from './seats.ts';
import { testDatabase, type TestDatabase } from '../test/database.ts';

const HOLD_MS = 300_000;
const GALLERY = 32;
let now = Date.UTC(2026, 10, 24, 12);
let database: TestDatabase;
let pool: Pool;
let seats: Seats;

beforeAll(async () => {
  database = await testDatabase();
  pool = await openDatabase(database.url, () => undefined);
  await openSeason(pool, now);
  seats = new Seats(pool, () => now, HOLD_MS);
});

afterAll(async () => {
  await pool.end();
  await database.close();
});

describe('seats of a block', () => {
  it('are never oversold by 200 people who ask at once, and none is lost', async () => {
    const evening = await emptyEvening(0);
    const held = await all(200, (i) => seats.hold(`crowd-${i}`, evening, 'Gallery', 1));
    expect(held.filter(Boolean)).toHaveLength(GALLERY);
    expect(await account(evening)).toEqual({ free: 0, held: GALLERY, sold: 0 });
  });

  it('are sold in whole requests only, whatever their size', async () => {
    const evening = await emptyEvening(1);
    const held = await all(60, (i) => seats.hold(`party-${i}`, evening, 'Gallery', 5));
    expect(held.filter(Boolean)).toHaveLength(6);
    expect(await account(evening)).toEqual({ free: 2, held: 30, sold: 0 });
    expect(await seats.hold('late', evening, 'Gallery', 3)).toBeUndefined();
    expect(await seats.hold('late', evening, 'Gallery', 2)).toBeDefined();
  });

  it('come back when their holds run out, once, though 200 people wait for them', async () => {
    const evening = await emptyEvening(2);
    const first = await all(40, (i) => seats.hold(`first-${i}`, evening, 'Gallery', 1));
    expect(first.filter(Boolean)).toHaveLength(GALLERY);
    now += HOLD_MS - 1;
    expect(await seats.hold('early', evening, 'Gallery', 1)).toBeUndefined();
    now += 1;
    expect((await seats.performance(evening))?.blocks.find((block) => block.name === 'Gallery')?.free).toBe(GALLERY);
    const second = await all(200, (i) => seats.hold(`second-${i}`, evening, 'Gallery', 1));
    expect(second.filter(Boolean)).toHaveLength(GALLERY);
    expect(await account(evening)).toEqual({ free: 0, held: GALLERY, sold: 0 });
  });

  it('stay balanced while people take, put back and buy at once', async () => {
    const evening = await emptyEvening(3);
    await all(120, async (i) => {
      const id = await seats.hold(`busy-${i}`, evening, 'Gallery', 1 + (i % 3));
      if (id === undefined) return;
      await (i % 2 === 0 ? seats.release(`busy-${i}`, id) : Promise.all([seats.buy(`busy-${i}`, id), seats.release(`busy-${i}`, id)]));
    });
    const { free, held, sold } = await account(evening);
    expect(free + held + sold).toBe(GALLERY);
    expect(held).toBe(0);
  });
});

describe('a hold', () => {
  it('is bought once, though the button is pressed twenty times', async () => {
    const evening = await emptyEvening(4);
    const id = (await seats.hold('ada', evening, 'Circle', 2)) ?? '';
    const bought = await all(20, () => seats.buy('ada', id));
    expect(bought.filter(Boolean)).toHaveLength(1);
    expect((await seats.ordersOf('ada')).map(({ block, seats: count }) => ({ block, count }))).toEqual([{ block: 'Circle', count: 2 }]);
  });

  it('that ran out is not bought, even before its seats were given back', async () => {
    const evening = await emptyEvening(5);
    const id = (await seats.hold('grace', evening, 'Circle', 2)) ?? '';
    now += HOLD_MS;
    expect(await seats.buy('grace', id)).toBeUndefined();
    expect(await seats.ordersOf('grace')).toEqual([]);
  });

  it('belongs to one person: nobody else buys it or puts it back', async () => {
    const evening = await emptyEvening(6);
    const id = (await seats.hold('grace', evening, 'Circle', 2)) ?? '';
    expect(await seats.buy('mallory', id)).toBeUndefined();
    await seats.release('mallory', id);
    expect(await seats.buy('grace', id)).toBeDefined();
  });

  it('is refused for no seats, half seats, too many seats, an unknown block and a past evening', async () => {
    const evening = await emptyEvening(7);
    for (const count of [0, -1, 1.5, 7, Number.NaN]) expect(await seats.hold('ada', evening, 'Circle', count)).toBeUndefined();
    expect(await seats.hold('ada', evening, 'Boxes', 1)).toBeUndefined();
    expect(await seats.hold('ada', '2020-01-01', 'Circle', 1)).toBeUndefined();
  });
});

async function emptyEvening(index: number): Promise<string> {
  const evening = (await seats.performances())[index];
  if (evening === undefined) throw new Error('the season is too short');
  return evening.id;
}

async function account(evening: string): Promise<{ free: number; held: number; sold: number }> {
  const { rows } = await pool.query<{ free: number; held: number; sold: number }>(
    `SELECT free,
       (SELECT coalesce(sum(seats), 0)::int FROM hold WHERE performance_id = $1 AND block = 'Gallery') AS held,
       (SELECT coalesce(sum(seats), 0)::int FROM ticket_order WHERE performance_id = $1 AND block = 'Gallery') AS sold
     FROM block WHERE performance_id = $1 AND name = 'Gallery'`,
    [evening],
  );
  if (rows[0] === undefined) throw new Error('no such block');
  return rows[0];
}

function all<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

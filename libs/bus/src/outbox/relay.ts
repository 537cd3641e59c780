import { eventNamed, type Room } from '@latchkey/contracts';
import type { Database, Sql } from '@latchkey/store';
import type { BusLogger } from '../logger.ts';
import type { ObserveEvent } from '../stats.ts';
import type { BusTransport } from '../transport.ts';
import { anyWaiting, claim, rememberReached, settle, type Claimed } from './outbox-rows.ts';
import { bringRound, type Asker } from './way-round.ts';

const BATCH = 100;
const POLL_MS = 500;
const PATIENCE_MS = 2_000;
/** Once away, the transport is tried again this often, and not waited for as long. */
const RETRY_MS = 1_000;
const RETRY_PATIENCE_MS = 500;

/**
 * Carries the outbox to the transport. Any number of relays may run: each claims rows that no other holds, and a row goes only
 * after the transport acknowledged it. A crash in between publishes twice; the inbox of the consumer removes the double.
 */
export class Relay {
  private running = false;
  private woken = false;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private away: { readonly since: number; readonly triedAt: number; readonly told: boolean } | undefined;

  constructor(
    private readonly parts: {
      readonly room: Room;
      readonly database: Database;
      readonly transport: BusTransport;
      readonly peers: Asker;
      readonly logger: BusLogger;
      readonly observe: ObserveEvent;
    },
  ) {}

  start(): void {
    this.running = true;
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.turn;
  }

  /** Never makes the caller wait: the relay turns on its own. */
  readonly poke = (): void => {
    this.woken = true;
    if (this.running && this.timer !== undefined) this.schedule(0);
  };

  /** True once it was said that events take the way round. */
  isAway(): boolean {
    return this.away?.told === true;
  }

  private schedule(afterMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.turn = this.run();
    }, afterMs);
  }

  private async run(): Promise<void> {
    try {
      const woken = this.woken;
      this.woken = false;
      if (woken || (await anyWaiting(this.parts.database))) while (this.running && (await this.carryBatch()));
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'The relay could not work; it tries again');
    }
    if (this.running) this.schedule(this.woken ? 0 : POLL_MS);
  }

  /** True when there may be more at once. */
  private async carryBatch(): Promise<boolean> {
    const { database, room } = this.parts;
    return database.transaction(async (tx) => {
      const rows = await claim(tx, room, BATCH);
      if (rows.length === 0) return false;
      const known = rows.filter(({ envelope }) => eventNamed(envelope.name, envelope.version) !== undefined);
      for (const row of rows) if (!known.includes(row)) await rememberReached(tx, row, row.reached);
      if (known.length === 0 || (await this.published(tx, known))) return rows.length === BATCH;
      if (!this.isAwayForGood()) return false;
      const brought = await bringRound(tx, known, this.parts.peers, this.parts.logger);
      this.observe(brought, 'brought-round');
      return rows.length === BATCH;
    });
  }

  private async published(sql: Sql, rows: readonly Claimed[]): Promise<boolean> {
    const { transport, logger } = this.parts;
    if (this.away !== undefined && Date.now() - this.away.triedAt < RETRY_MS && this.isAwayForGood()) return false;
    const began = Date.now();
    try {
      const patience = transport.patienceMs ?? PATIENCE_MS;
      const envelopes = rows.map(({ envelope }) => envelope);
      await within(transport.publish(envelopes), this.away === undefined ? patience : Math.min(patience, RETRY_PATIENCE_MS));
    } catch (error) {
      const { since, told } = this.away ?? { since: began, told: false };
      this.away = { since, triedAt: Date.now(), told: told || Date.now() - since >= PATIENCE_MS };
      // Shorter than that is no news: rooms of one process begin to listen one after the other.
      if (this.away.told && !told) logger.warn({ err: error }, 'The bus is away; events take the way round');
      return false;
    }
    if (this.away?.told === true) logger.info({}, 'The bus is back');
    this.away = undefined;
    await settle(sql, rows);
    this.observe(rows, 'published');
    return true;
  }

  private observe(rows: readonly Claimed[], outcome: 'published' | 'brought-round'): void {
    for (const { envelope } of rows) this.parts.observe(envelope.name, outcome);
  }

  private isAwayForGood(): boolean {
    return this.away !== undefined && Date.now() - this.away.since >= PATIENCE_MS;
  }
}

async function within(work: Promise<void>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The bus did not acknowledge within ${patienceMs} ms`)), patienceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

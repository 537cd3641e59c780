import { AsyncLocalStorage } from 'node:async_hooks';
import { eventNamed, type Room } from '@latchkey/contracts';
import type { Database, Sql } from '@latchkey/store';
import type { BusLogger } from '../logger.ts';
import type { ObserveEvent } from '../stats.ts';
import type { BusTransport } from '../transport.ts';
import { within } from '../within.ts';
import { anyWaiting, claim, rememberReached, settle, type Claimed } from './outbox-rows.ts';
import { WayRound, type Asker } from './way-round.ts';

const BATCH = 100;
const POLL_MS = 500;
const PATIENCE_MS = 2_000;
/** Once away, the transport is tried again this often, beside the way round. */
const RETRY_MS = 1_000;

interface Away {
  readonly since: number;
  triedAt: number;
  /** That it is away was said. */
  told: boolean;
  /** A try is on its way. */
  trying: boolean;
}

/**
 * Carries the outbox to the transport. Any number of relays may run: each claims rows that no other holds, and a row goes only
 * after the transport acknowledged it. A crash in between publishes twice; the inbox of the consumer removes the double.
 */
export class Relay {
  private readonly wayRound: WayRound;
  private running = false;
  private woken = false;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  /** Whoever pokes is in some request's trace, in which the turns to come have no part. */
  private readonly onItsOwn = AsyncLocalStorage.snapshot();
  private away: Away | undefined;

  constructor(
    private readonly parts: {
      readonly room: Room;
      readonly database: Database;
      readonly transport: BusTransport;
      readonly peers: Asker;
      readonly logger: BusLogger;
      readonly observe: ObserveEvent;
    },
  ) {
    this.wayRound = new WayRound(parts.peers, parts.logger);
  }

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
    this.timer = this.onItsOwn(() =>
      setTimeout(() => {
        this.timer = undefined;
        this.turn = this.run();
      }, afterMs),
    );
  }

  private async run(): Promise<void> {
    try {
      const woken = this.woken;
      this.woken = false;
      if (woken || (await anyWaiting(this.parts.database))) while (this.running && (await this.carryBatch()));
      else if (this.isRetryDue()) this.retry([]);
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'The relay could not work; it tries again');
    }
    if (this.running) this.schedule(this.woken ? 0 : POLL_MS);
  }

  /** True when there may be more at once. */
  private async carryBatch(): Promise<boolean> {
    const { database, room, transport } = this.parts;
    const goesRound = transport.direct === true || this.isAwayForGood();
    const retries = goesRound && this.isRetryDue();
    return database.transaction(async (tx) => {
      const open = goesRound && !retries ? (consumer: Room) => this.wayRound.isOpen(consumer) : undefined;
      const rows = await claim(tx, room, BATCH, open);
      if (rows.length === 0) return false;
      const known = rows.filter(({ envelope }) => eventNamed(envelope.name, envelope.version) !== undefined);
      const unknown = rows.filter((row) => !known.includes(row));
      await rememberReached(tx, unknown.map((row) => ({ row, reached: row.reached, rests: true })));
      if (known.length === 0) return rows.length === BATCH;
      if (retries) this.retry(known);
      if (!goesRound && (await this.published(tx, known))) return rows.length === BATCH;
      if (!goesRound && !this.isAwayForGood()) return false;
      const { brought, goesOn } = await this.wayRound.bring(tx, known);
      this.observe(brought, 'brought-round');
      return goesOn || rows.length === BATCH;
    });
  }

  private async published(sql: Sql, rows: readonly Claimed[]): Promise<boolean> {
    const began = Date.now();
    const patience = this.parts.transport.patienceMs ?? PATIENCE_MS;
    try {
      await within(this.publish(rows), patience, () => new Error(`The bus did not acknowledge within ${patience} ms`));
    } catch (error) {
      this.failed(began, error);
      return false;
    }
    this.back();
    await settle(sql, rows);
    this.observe(rows, 'published');
    return true;
  }

  /** Nobody waits for it: these rows take the way round as well, and the inbox of who gets them twice removes the double. */
  private retry(rows: readonly Claimed[]): void {
    const { away } = this;
    if (away === undefined) return;
    away.triedAt = Date.now();
    away.trying = true;
    this.publish(rows).then(
      () => this.back(),
      () => (away.trying = false),
    );
  }

  private publish(rows: readonly Claimed[]): Promise<void> {
    return this.parts.transport.publish(rows.map(({ envelope }) => envelope));
  }

  private failed(began: number, error: unknown): void {
    this.away ??= { since: began, triedAt: began, told: false, trying: false };
    this.away.triedAt = Date.now();
    // Shorter than that is no news: rooms of one process begin to listen one after the other.
    if (this.away.told || !this.isAwayForGood()) return;
    this.away.told = true;
    this.parts.logger.warn({ err: error }, 'The bus is away; events take the way round');
  }

  private back(): void {
    if (this.away?.told === true) this.parts.logger.info({}, 'The bus is back');
    this.away = undefined;
  }

  private observe(rows: readonly Claimed[], outcome: 'published' | 'brought-round'): void {
    for (const { envelope } of rows) this.parts.observe(envelope.name, outcome);
  }

  private isAwayForGood(): boolean {
    return this.away !== undefined && Date.now() - this.away.since >= PATIENCE_MS;
  }

  private isRetryDue(): boolean {
    return this.away !== undefined && !this.away.trying && Date.now() - this.away.triedAt >= RETRY_MS;
  }
}

import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Rows, Sql, Statement, Transaction } from '../database.ts';
import type { StoreLogger } from '../logger.ts';
import { DatabaseUnavailable, explain } from './errors.ts';
import type { Reachability } from './reachability.ts';
import type { StatementObserver } from './statement-observer.ts';

type AfterCommit = () => void | Promise<void>;

/**
 * Statements and transactions over a pg Pool.
 * `Pool.query` is not used: it throws the connection away at every SQL error, and a unique violation is an ordinary answer here.
 */
export class PooledSql implements Sql {
  /**
   * The pool listens to a client only while nobody holds it, and Node ends a process over an error event that nobody hears. Whoever
   * holds the client hears of the loss by their statement.
   */
  private readonly heard = new WeakSet<PoolClient>();

  constructor(
    private readonly pool: Pool,
    private readonly where: string,
    private readonly logger: StoreLogger,
    private readonly observer: StatementObserver,
    private readonly reachability: Reachability,
  ) {}

  /** @throws DatabaseUnavailable when Postgres was not heard lately and does not answer now */
  assertReachable(): Promise<void> {
    return this.reachability.assert(() => this.query({ name: 'store-reachable', text: 'SELECT 1' }));
  }

  async query<Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<Rows<Row>> {
    const client = await this.connect();
    try {
      const result = await this.run<Row>(client, statement, values);
      client.release();
      return result;
    } catch (error) {
      client.release(error instanceof DatabaseUnavailable);
      throw error;
    }
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.connect();
    const after: AfterCommit[] = [];
    let open = true;
    const tx: Transaction = {
      query: <Row>(statement: Statement | string, values: readonly unknown[] = []) => {
        if (!open) throw new Error('This transaction has ended: a statement was issued after its work returned.');
        return this.run<Row>(client, statement, values);
      },
      afterCommit: (task) => void after.push(task),
    };
    let result: T;
    try {
      await this.bare(client, 'BEGIN');
      result = await work(tx);
      open = false;
      // A statement that failed and was caught leaves the transaction aborted: COMMIT then answers ROLLBACK, without an error.
      const { command } = await this.bare(client, 'COMMIT');
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
    } catch (error) {
      open = false;
      await this.rollback(client, error);
      throw error;
    }
    client.release();
    for (const task of after) await this.settle(task);
    return result;
  }

  private async run<Row>(client: PoolClient, statement: Statement | string, values: readonly unknown[]): Promise<Rows<Row>> {
    const named = typeof statement === 'string' ? { text: statement } : { name: statement.name, text: statement.text };
    this.observer.saw(named.text, 'name' in named ? named.name : undefined);
    const result = await this.observer.timed('name' in named ? named.name : undefined, () => this.bare(client, { ...named, values: [...values] }));
    return { rows: result.rows as Row[], count: result.rowCount ?? 0 };
  }

  /** Only what Postgres said is explained: the work of a transaction may throw errors of other servers. */
  private async bare(client: PoolClient, query: string | QueryConfig): Promise<QueryResult> {
    try {
      const result = await client.query(query);
      this.reachability.heard();
      return result;
    } catch (error) {
      throw this.explained(error);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      const client = await this.pool.connect();
      if (!this.heard.has(client)) {
        this.heard.add(client);
        client.on('error', () => undefined);
      }
      return client;
    } catch (error) {
      throw this.explained(error);
    }
  }

  private explained(error: unknown): unknown {
    const explained = explain(error, this.where);
    if (explained instanceof DatabaseUnavailable) this.reachability.lost();
    return explained;
  }

  private async rollback(client: PoolClient, cause: unknown): Promise<void> {
    if (cause instanceof DatabaseUnavailable) return client.release(true);
    try {
      await client.query('ROLLBACK');
      client.release();
    } catch {
      client.release(true);
    }
  }

  private async settle(task: AfterCommit): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.logger.error({ err: error }, 'Work after a commit failed');
    }
  }
}

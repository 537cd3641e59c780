import type { DataSource } from 'typeorm';

/** A hot statement: named, so that Postgres parses and plans it once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Rows<Row> {
  readonly rows: Row[];
  /** Rows affected: the judge of every conditional write. */
  readonly count: number;
}

/** Anything that runs SQL: the pool (each statement its own transaction) or one transaction. */
export interface Sql {
  query<Row = Record<string, unknown>>(statement: Statement | string, values?: readonly unknown[]): Promise<Rows<Row>>;
}

export interface Transaction extends Sql {
  /** Runs after a successful commit, before `transaction` resolves; never after a rollback. Errors are logged, not thrown. */
  afterCommit(work: () => void | Promise<void>): void;
}

/** One room's schema in Postgres. The search path is that schema alone. */
export interface Database extends Sql {
  readonly schema: string;
  /** TypeORM over the same pool, for what is not hot. */
  readonly dataSource: DataSource;
  /** BEGIN … COMMIT on one connection (READ COMMITTED, synchronous_commit on). A throw rolls back. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** For what is issued without a statement: costs none while Postgres was heard within the last second. @throws DatabaseUnavailable (INV-9) */
  assertReachable(): Promise<void>;
  /** Throws when Postgres cannot be reached or its clock is more than 2 s off; used by readiness. */
  check(): Promise<void>;
  /** Of this process to this schema; `waiting` are callers that want one. */
  connections(): { readonly busy: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

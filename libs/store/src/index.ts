export type { Database, Rows, Sql, Statement, Transaction } from './database.ts';
export type { HotStore } from './hot-store.ts';

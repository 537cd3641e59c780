export type { Database, Rows, Sql, Statement, Transaction } from './database.ts';
export type { HotStore } from './hot-store.ts';
export type { Migration } from './migrations.ts';

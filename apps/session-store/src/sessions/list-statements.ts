import type { Statement } from '@latchkey/store';
import { LIST_COLUMNS, LIVING } from './rows.ts';

export const GET: Statement = {
  name: 'session_get',
  text: `SELECT ${LIST_COLUMNS} FROM session WHERE tenant = $1 AND sid = $2`,
};

export interface ListRequest {
  readonly tenant: string;
  readonly subject: string | null;
  readonly alive: boolean | null;
  readonly limit: number;
  readonly before: string | null;
}

/** Conditions are added only where asked for, so that each list can use its index. `ended_at IS NULL` alone names `session_living`. */
export function listStatement(request: ListRequest): { text: string; values: unknown[] } {
  const values: unknown[] = [request.tenant];
  const conditions = ['tenant = $1'];
  if (request.subject !== null) conditions.push(`subject = $${values.push(request.subject)}`);
  if (request.alive === true) conditions.push(LIVING);
  if (request.alive === false) conditions.push(`NOT (${LIVING})`);
  if (request.before !== null) conditions.push(`started_at < $${values.push(request.before)}::timestamptz`);
  const limit = values.push(request.limit);
  return {
    text: `SELECT ${LIST_COLUMNS} FROM session WHERE ${conditions.join(' AND ')} ORDER BY started_at DESC LIMIT $${limit}`,
    values,
  };
}

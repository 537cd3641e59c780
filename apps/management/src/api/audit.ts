import { z } from 'zod';
import { AUDIT_CURSOR } from '../audit/audit.ts';
import { instant, limit, page } from './paging.ts';
import { defineRoute, type Route } from './route.ts';

const name = z.string().min(1).max(300);

/** The cursor begins with an instant that there is. */
function hasInstant(cursor: string): boolean {
  return instant.safeParse(cursor.split('~', 1)[0]).success;
}

const row = z
  .object({
    id: z.string(),
    at: z.string(),
    actor: z.string().describe('person:<subject>, client:<id>, file, setup or system'),
    action: z.string().describe('<thing>.<past participle>'),
    thing: z.string().describe('<kind>:<id>'),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditRecord' });

export const auditRecords: readonly Route[] = [
  defineRoute({
    operation: 'readAudit',
    method: 'GET',
    path: '/admin/v1/audit',
    tag: 'audit',
    summary: 'Who did what to which thing',
    scope: 'admin:read',
    query: z.object({
      actor: name.optional(),
      action: name.optional(),
      thing: name.optional(),
      since: instant.optional().describe('From this instant on'),
      until: instant.optional().describe('Before this instant'),
      limit,
      before: z.string().regex(AUDIT_CURSOR, 'is not a cursor of this list').refine(hasInstant, 'is not a cursor of this list').optional().describe('`next` of the page before'),
    }),
    answers: { 200: { description: 'Newest first', schema: page(row, 'AuditRecords') } },
    handle: async ({ query }, { audit }) => ({ status: 200, body: await audit.read(query) }),
  }),
];

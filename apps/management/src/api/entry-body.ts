import { z } from 'zod';
import { invalid, issueErrors } from './problems.ts';

/** The id stands in the address; in the body it may stand again, so that what was read can be sent back. */
export function withoutId<Entry extends z.ZodObject>(entry: Entry) {
  return entry.omit({ id: true } as never).extend({ id: z.string().optional().describe('If given, the id of the address') });
}

export function sameId<Entry extends z.ZodObject>(entry: Entry, id: string, body: object): z.output<Entry> {
  const given = (body as { id?: string }).id;
  if (given !== undefined && given !== id) throw invalid([{ path: 'id', message: 'is not the id of the address' }]);
  const parsed = entry.safeParse({ ...body, id });
  if (!parsed.success) throw invalid(issueErrors(parsed.error.issues));
  return parsed.data;
}

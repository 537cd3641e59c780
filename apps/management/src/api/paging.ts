import { z } from 'zod';

/** Numbers in a query are text; more than 200 at once nobody reads. */
export const limit = z.coerce.number().int().min(1).max(200).default(50);

export function page<Item extends z.ZodType>(item: Item, name: string) {
  return z
    .object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null: this was the last') })
    .meta({ id: name });
}

/** An instant that Postgres can read as well: it knows no year 0 and no zone more than 14 hours off. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !text.startsWith('0000') && /(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.test(text), 'is not an instant');

import { z } from 'zod';

/** Numbers in a query are text; more than 200 at once nobody reads. */
export const limit = z.coerce.number().int().min(1).max(200).default(50);

export function page<Item extends z.ZodType>(item: Item, name: string) {
  return z
    .object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null: this was the last') })
    .meta({ id: name });
}

import { serviceEntry, type ServiceEntry } from '@latchkey/contracts';
import type { z } from 'zod';
import { issueMessage } from '../declaration/shape-errors.ts';
import { writtenPath } from '../declaration/source-map.ts';
import { serviceFaults } from '../registry/entry-faults.ts';

/** A service as it is written into a file: defaults are left out. */
export type WrittenService = z.input<typeof serviceEntry>;

export type AttributeRule = Exclude<ServiceEntry['attributes'][number], string>;

/** What the registry would say to it, in one line; null: it would take it. */
export function faultOf(service: WrittenService): string | null {
  const parsed = serviceEntry.safeParse(service);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${writtenPath(issue.path)} ${issueMessage(issue)}`).join('; ');
  const faults = serviceFaults(parsed.data satisfies ServiceEntry);
  return faults.length === 0 ? null : faults.map(({ path, message }) => `${writtenPath(path)} ${message}`).join('; ');
}

import type { PeerRefused } from '@latchkey/peers';
import type { FieldError } from '@latchkey/runtime';
import { z } from 'zod';

const problem = z.object({ code: z.string().default('refused'), detail: z.string(), errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]) });

/** The problem document that another room refused with; what cannot be read is ours to explain, not the caller's to see. */
export function readRefusal(error: PeerRefused): { code: string; detail: string; errors: FieldError[] } {
  try {
    return problem.parse(JSON.parse(error.detail));
  } catch {
    return { code: 'refused', detail: 'This was refused.', errors: [] };
  }
}

import { z } from 'zod';
import type { Desk } from './desk.ts';
import type { Call } from './route.ts';

export const subject = z.object({ subject: z.string().min(1).max(200) });

/** The fact stands in another room when this is written: it follows, it is not of one transaction. */
export function noteOfPerson(
  desk: Desk,
  call: Pick<Call<unknown, unknown, unknown>, 'actor'>,
  action: string,
  who: string,
  detail: object = {},
): Promise<void> {
  return desk.audit.recordAfter({ actor: call.actor.name, action, thing: `person:${who}`, detail });
}

import { Problem } from '@latchkey/runtime';
import type { Statement, Transaction } from '@latchkey/store';

/** Locked in one order, and looked at again after each wait: of two who shut each other out at once, the second is refused. */
const LIVING_MEMBERS: Statement = {
  name: 'person_living_members',
  text: `SELECT subject FROM person WHERE tenant = $1 AND enabled AND deleted_at IS NULL AND $2 = ANY (groups)
    ORDER BY subject FOR UPDATE`,
};

/** In the transaction of a change that takes `subject` out of `group`. @throws Problem 409 when nobody else would be left in it. */
export async function assertAnotherMember(tx: Transaction, tenant: string, group: string | null, subject: string): Promise<void> {
  if (group === null) return;
  const { rows } = await tx.query<{ subject: string }>(LIVING_MEMBERS, [tenant, group]);
  if (rows.length !== 1 || rows[0]?.subject !== subject) return;
  throw new Problem(409, 'last_member', 'Conflict', `This is the last enabled person in the group ${group}: put another one into it first.`);
}

import { createHash } from 'node:crypto';
import type { PendingDescription } from '@latchkey/contracts';

/** The words a person read when deciding: they are recorded with the decision. */
export interface Shown {
  readonly clientName: string;
  readonly clientHost: string;
  readonly clientOwner: string | null;
  readonly scopes: PendingDescription['scopes'];
}

export function shownOf({ clientName, clientHost, clientOwner, scopes }: PendingDescription): Shown {
  return { clientName, clientHost, clientOwner, scopes };
}

/**
 * What a form token of the consent page stands for: this interaction, this session, these words. A form that was shown with
 * other words, or to somebody else who has since signed in, decides nothing.
 */
export function purposeOf(pending: PendingDescription, sid: string): string {
  const words = createHash('sha256').update(JSON.stringify(shownOf(pending))).digest('base64url');
  return `consent\n${pending.interaction}\n${sid}\n${words}`;
}

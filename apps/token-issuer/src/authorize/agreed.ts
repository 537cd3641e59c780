import { consentPeer } from '@latchkey/contracts';
import { OAuthError, isSubset } from '@latchkey/oauth';
import type { Peers } from '@latchkey/peers';
import type { Membership } from '../clients/membership.ts';
import { returnError } from './answering.ts';
import { Outcome } from './results.ts';
import type { Known } from './who.ts';

/** Phase 4: the person may enter this application and agreed to what it asks. */
export interface Agreed {
  readonly known: Known;
  /** Since when that is known, by the clock of Postgres where somebody was asked: a withdrawal after it undoes it. ISO 8601. */
  readonly at: string;
}

interface Parts {
  readonly peers: Peers;
  readonly membership: Membership;
  readonly tenant: string;
  readonly now: () => number;
  readonly seal: () => Promise<string>;
}

export async function didTheyAgree(known: Known, parts: Parts): Promise<Agreed> {
  await checkMembership(known, parts.membership);
  // Trusted by policy: people are not asked, so no other room is either.
  if (known.checked.trusted.client.firstParty) return { known, at: new Date(parts.now()).toISOString() };
  const { checked, session } = known;
  const { granted, decision, at = new Date(parts.now()).toISOString() } = await parts.peers.to(consentPeer).decided({
    tenant: parts.tenant,
    subject: session.subject,
    client: checked.trusted.client.id,
    sid: session.sid,
    interaction: checked.trusted.unfolded.interaction,
  });
  if (decision === 'denied') returnError(checked.to, checked.trusted, new OAuthError('access_denied', 'The person did not agree'));
  // What was agreed to is what was read then: should the client's registration have grown since, the rest is asked anew.
  if (isSubset(checked.scopes, granted) && (decision === 'granted' || !checked.prompt.consent)) return { known, at };
  // @see OpenID Connect Core 1.0 §3.1.2.6 consent_required
  if (checked.prompt.none) returnError(checked.to, checked.trusted, new OAuthError('consent_required', 'The person has to be asked'));
  throw new Outcome({ kind: 'consent', pending: await parts.seal() });
}

/** Groups are not in the session, so only a client that is for some groups costs the ask. */
async function checkMembership({ checked, session }: Known, membership: Membership): Promise<void> {
  if (await membership.admits(checked.trusted.client, session.subject)) return;
  returnError(checked.to, checked.trusted, new OAuthError('access_denied', 'This person may not use this application'));
}

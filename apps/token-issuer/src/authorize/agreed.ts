import { casPeer, consentPeer } from '@latchkey/contracts';
import { OAuthError, isSubset } from '@latchkey/oauth';
import type { Peers } from '@latchkey/peers';
import { returnError } from './answering.ts';
import { Outcome } from './results.ts';
import type { Known } from './who.ts';

/** Phase 4: the person may enter this application and agreed to what it asks. */
export interface Agreed {
  readonly known: Known;
  /** Since when that is known, by the clock of Postgres where somebody was asked: a withdrawal after it undoes it. ISO 8601. */
  readonly at: string;
}

export async function didTheyAgree(known: Known, parts: { peers: Peers; tenant: string; now: () => number; seal: () => Promise<string> }): Promise<Agreed> {
  await checkMembership(known, parts);
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
  if (decision === 'granted') return { known, at };
  if (isSubset(checked.scopes, granted) && !checked.prompt.consent) return { known, at };
  // @see OpenID Connect Core 1.0 §3.1.2.6 consent_required
  if (checked.prompt.none) returnError(checked.to, checked.trusted, new OAuthError('consent_required', 'The person has to be asked'));
  throw new Outcome({ kind: 'consent', pending: await parts.seal() });
}

/** Groups are not in the session, so only a client that is for some groups costs the ask. */
async function checkMembership({ checked, session }: Known, { peers, tenant }: { peers: Peers; tenant: string }): Promise<void> {
  const { client } = checked.trusted;
  if (client.groups.length === 0) return;
  const { claims } = await peers.to(casPeer).claims({ tenant, subject: session.subject });
  if (claims?.groups.some((group) => client.groups.includes(group)) === true) return;
  returnError(checked.to, checked.trusted, new OAuthError('access_denied', 'This person may not use this application'));
}

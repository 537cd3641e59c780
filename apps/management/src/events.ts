import { on, type Listener } from '@latchkey/bus';
import {
  consentRecorded,
  deliverySettled,
  grantRevoked,
  personChanged,
  sessionEnded,
  sessionStarted,
} from '@latchkey/contracts';
import type { Audit } from './audit/audit.ts';

/** Every fact the other rooms tell becomes an audit row. Its id is made of the fact, so that it stands there once. */
export const listeners = (audit: Audit): Listener[] => [
  on.once(sessionStarted, ({ at, sessionId, subject, revision }, tx) =>
    audit.record(tx, { id: `session.started:${sessionId}:${revision}`, at, actor: `person:${subject}`, action: 'session.started', thing: `session:${sessionId}`, detail: { subject } }),
  ),
  on.once(sessionEnded, ({ at, sessionId, subject, reason, revision }, tx) =>
    audit.record(tx, { id: `session.ended:${sessionId}:${revision}`, at, actor: reason.startsWith('sign-out') ? `person:${subject}` : 'system', action: 'session.ended', thing: `session:${sessionId}`, detail: { subject, reason } }),
  ),
  on.once(personChanged, ({ at, subject, change, revision }, tx) =>
    audit.record(tx, { id: `person.${change}:${subject}:${revision}`, at, actor: 'system', action: `person.${change}`, thing: `person:${subject}`, detail: { revision } }),
  ),
  on.once(grantRevoked, ({ at, grantId, client, subject, reason }, tx) =>
    audit.record(tx, { id: `grant.revoked:${grantId}`, at, actor: reason === 'revoked-by-client' ? `client:${client}` : 'system', action: 'grant.revoked', thing: `grant:${grantId}`, detail: { client, subject, reason } }),
  ),
  on.once(consentRecorded, ({ at, subject, client, decision, scopes }, tx) =>
    audit.record(tx, { id: `consent.${decision}:${subject}:${client}:${at}`, at, actor: `person:${subject}`, action: `consent.${decision}`, thing: `client:${client}`, detail: { subject, scopes } }),
  ),
  on.once(deliverySettled, ({ at, deliveryId, sessionId, application, room, state, attempts, answer }, tx) =>
    audit.record(tx, { id: `delivery.${state}:${deliveryId}:${attempts}`, at, actor: 'system', action: `delivery.${state}`, thing: `delivery:${deliveryId}`, detail: { session: sessionId, application, room, attempts, answer } }),
  ),
];

export { ROOMS, defineEvent, topicOf, type EventType, type Payload, type Room } from './events/define-event.ts';
export { STREAMS, STREAM_DAYS, type Stream, type StreamName } from './events/streams.ts';
export { sessionStarted, sessionEnded } from './events/session.ts';
export { personChanged, grantRevoked, consentRecorded, deliverySettled } from './events/audit.ts';
export { registryChanged } from './events/registry.ts';
export { EVENTS, eventNamed } from './events/events.ts';
export { defineAsk, definePeer, type Ask, type PeerApi, type PeerClient, type PeerHandlers } from './peers/define-peer.ts';
export { sessionStorePeer, endReason, sessionRow, device, type EndReason, type SessionRow } from './peers/session-store.ts';
export { casPeer } from './peers/cas.ts';
export { tokenIssuerPeer, pendingDescription, grantRow, type PendingDescription } from './peers/token-issuer.ts';
export { consentPeer, consentRow } from './peers/consent.ts';
export { managementPeer } from './peers/management.ts';
export { eventsPeer, eventEnvelope, type EventEnvelope } from './peers/events.ts';
export { parkedEventsPeer, parkedEventRow, type ParkedEventRow } from './peers/parked-events.ts';
export { deliveryRow, participation, type DeliveryRow, type Participation } from './peers/deliveries.ts';
export {
  serviceEntry,
  clientEntry,
  resourceEntry,
  registryRow,
  registryKind,
  type AttributeRule,
  type ServiceEntry,
  type ClientEntry,
  type ResourceEntry,
  type RegistryRow,
  type RegistryKind,
} from './registry/entries.ts';
export { person, personEntry, personAttributes, username, password, type Person, type PersonEntry, type PersonAttributes } from './registry/person.ts';
export { sessionCopy, sessionCopyKey, readSessionCopy, type SessionCopy } from './hot-copies/session-copy.ts';

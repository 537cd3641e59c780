import { consentRecorded, grantRevoked, deliverySettled, personChanged } from './audit.ts';
import type { EventType } from './define-event.ts';
import { registryChanged } from './registry.ts';
import { sessionEnded, sessionStarted } from './session.ts';

/** Every event there is. docs/events.md is generated from this list. */
export const EVENTS: readonly EventType[] = [
  sessionStarted,
  sessionEnded,
  personChanged,
  grantRevoked,
  consentRecorded,
  deliverySettled,
  registryChanged,
];

export function eventNamed(name: string, version: number): EventType | undefined {
  return EVENTS.find((event) => event.name === name && event.version === version);
}

import { room as cas } from '@latchkey/cas';
import { room as consent } from '@latchkey/consent';
import { room as management } from '@latchkey/management';
import type { RoomDefinition } from '@latchkey/runtime';
import { room as sessionStore } from '@latchkey/session-store';
import { room as tokenIssuer } from '@latchkey/token-issuer';

/** Owners first: a room is open before the rooms that ask it at start. */
export const ROOMS_IN_ORDER = [sessionStore, management, cas, tokenIssuer, consent] as unknown as readonly RoomDefinition<never>[];

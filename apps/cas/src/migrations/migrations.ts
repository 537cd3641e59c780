import { busMigrations } from '@latchkey/bus';
import { deliveryMigrations } from '@latchkey/outbound';
import { registryMigrations } from '@latchkey/peers';
import type { Migration } from '@latchkey/store';
import { people } from './20261124-001-people.ts';
import { visits } from './20261124-002-visits.ts';
import { proxyGrantingTickets } from './20261124-003-proxy-granting-tickets.ts';
import { releases } from './20261124-004-releases.ts';

export const migrations: readonly Migration[] = [people, visits, proxyGrantingTickets, releases, ...busMigrations, ...registryMigrations, ...deliveryMigrations];

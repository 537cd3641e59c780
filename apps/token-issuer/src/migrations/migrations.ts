import { busMigrations } from '@latchkey/bus';
import { deliveryMigrations } from '@latchkey/outbound';
import { registryMigrations } from '@latchkey/peers';
import type { Migration } from '@latchkey/store';
import { keys } from './20261124-001-keys.ts';
import { grants } from './20261124-002-grants.ts';

export const migrations: readonly Migration[] = [keys, grants, ...busMigrations, ...registryMigrations, ...deliveryMigrations];

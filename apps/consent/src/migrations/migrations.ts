import { busMigrations } from '@latchkey/bus';
import { registryMigrations } from '@latchkey/peers';
import type { Migration } from '@latchkey/store';
import { consents } from './20261124-001-consents.ts';

export const migrations: readonly Migration[] = [consents, ...busMigrations, ...registryMigrations];

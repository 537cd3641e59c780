import { busMigrations } from '@latchkey/bus';
import type { Migration } from '@latchkey/store';
import { registry } from './20261124-001-registry.ts';
import { audit } from './20261124-002-audit.ts';
import { setup } from './20261124-003-setup.ts';

export const migrations: readonly Migration[] = [...busMigrations, registry, audit, setup];

import { busMigrations } from '@latchkey/bus';
import type { Migration } from '@latchkey/store';
import { sessions } from './20261124-001-sessions.ts';

export const migrations: readonly Migration[] = [sessions, ...busMigrations];

import { busMigrations } from '@latchkey/bus';
import type { Migration } from '@latchkey/store';
import { sessions } from './20261124-001-sessions.ts';
import { longTerm } from './20261124-002-long-term.ts';

export const migrations: readonly Migration[] = [sessions, longTerm, ...busMigrations];

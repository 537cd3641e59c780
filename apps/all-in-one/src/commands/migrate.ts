import { loadConfig, type Environment } from '@latchkey/runtime';
import { migrate, prepareDatabase, type RoomAccount } from '@latchkey/store';
import { z } from 'zod';
import { ROOMS_IN_ORDER } from '../rooms.ts';

const databaseUrl = z.string().startsWith('postgres', 'must be a postgres:// URL');

/** `LATCHKEY_DATABASE_URL_TOKEN_ISSUER` */
export const databaseSetting = (room: string): string => `LATCHKEY_DATABASE_URL_${room.replaceAll('-', '_').toUpperCase()}`;

export const migrateConfig = z.object({
  DATABASE_URL: databaseUrl
    .optional()
    .describe('An administrator of the database: makes the roles and schemas of the rooms; absent: they were made by other means'),
  ...Object.fromEntries(ROOMS_IN_ORDER.map(({ room }) => [databaseSetting(room), databaseUrl.describe(`What ${room} has as its DATABASE_URL`)])),
});

/**
 * Expand, then deploy, then contract: run with the new release before its first room starts. May be run as often, and as many
 * times at once, as one likes. @throws ConfigRefused, DatabaseUnavailable, MigrationFailed
 */
export async function migrateAll(environment: Environment, say: (line: string) => void): Promise<void> {
  const config = loadConfig(migrateConfig, environment) as Record<string, string | undefined>;
  const urlOf = (room: string): string => config[databaseSetting(room)]!;
  if (config['DATABASE_URL'] !== undefined) {
    const rooms = ROOMS_IN_ORDER.map(({ room, schema }): RoomAccount => ({ schema, ...accountOf(urlOf(room)) }));
    const { separated } = await prepareDatabase({ adminUrl: config['DATABASE_URL'], rooms });
    say(separated ? 'Roles and schemas are there.' : 'The user of DATABASE_URL may not create roles: only the schemas were made.');
  }
  for (const { room, schema, migrations } of ROOMS_IN_ORDER) {
    const applied = await migrate({ url: urlOf(room), schema }, migrations);
    say(`${room}: ${applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`}`);
  }
}

function accountOf(url: string): { role: string; password: string } {
  const { username, password } = new URL(url);
  return { role: decodeURIComponent(username), password: decodeURIComponent(password) };
}

import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOMS_IN_ORDER } from '../rooms.ts';

const secret = (): string => randomBytes(32).toString('base64url');

export interface KeysOptions {
  /** `host:port/name` */
  readonly database: string;
  /** Begins the names of the rooms' roles, which belong to a whole server: two installations on one need two. */
  readonly roles?: string;
}

/**
 * One file a secret, each to be mounted for the room that needs it and named by the setting that ends in `_FILE`. What is
 * there already is kept: another cookie key would sign everybody out, another kek could open none of the signing keys.
 */
export async function makeKeys(folder: string, { database, roles = 'latchkey' }: KeysOptions, say: (line: string) => void): Promise<void> {
  if (!URL.canParse(`postgres://${database}`) || !/^[^/@]+\/[^/]+$/.test(database)) {
    throw new Error(`"${database}" is no place of a database: write host:port/name, such as postgres:5432/latchkey.`);
  }
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(roles)) throw new Error(`"${roles}" cannot begin the name of a role: write lower-case letters, digits and _.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  const keep = (name: string, make: () => string): string => {
    const file = join(folder, name);
    if (existsSync(file)) return readFileSync(file, 'utf8');
    const text = make();
    writeFileSync(`${file}.next`, text, { mode: 0o600 });
    renameSync(`${file}.next`, file);
    made.push(name);
    return text;
  };
  for (const name of ['cookie-key', 'form-key', 'kek']) keep(name, secret);
  const publicKeys: Record<string, string> = {};
  for (const { room, schema } of ROOMS_IN_ORDER) {
    const key = keep(`${room}.service-key.pem`, servicePem);
    publicKeys[room] = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    keep(`${room}.database-url`, () => `postgres://${roles}_${schema}:${secret()}@${database}`);
  }
  keep('service-public-keys.json', () => JSON.stringify(publicKeys));
  say(made.length === 0 ? `Everything was in ${folder} already.` : `Wrote to ${folder}: ${made.join(', ')}`);
}

function servicePem(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

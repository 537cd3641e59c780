import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings that hold a key: made once by the embedded product, kept beside its data, never replaced. */
const KEYS = ['LATCHKEY_COOKIE_KEY', 'LATCHKEY_FORM_KEY', 'LATCHKEY_KEK', 'LATCHKEY_DATABASE_ROLES_KEY'] as const;

export type Secrets = Readonly<Record<(typeof KEYS)[number], string>>;

/** Reads the keys of this installation, making those that are missing. The file is whole or absent, never half. */
export function embeddedSecrets(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'secrets.json');
  const held: Partial<Record<string, string>> = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const missing = KEYS.filter((name) => held[name] === undefined);
  for (const name of missing) held[name] = randomBytes(32).toString('base64url');
  if (missing.length > 0) {
    const next = `${file}.next`;
    writeFileSync(next, JSON.stringify(held, null, 2), { mode: 0o600 });
    chmodSync(next, 0o600);
    giveToOwnerOf(dataDir, next);
    renameSync(next, file);
  }
  return held as Secrets;
}

/** A start as root must not shut an ordinary user out of their own installation. */
function giveToOwnerOf(folder: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(file, uid, gid);
}

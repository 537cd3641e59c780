// Run by the one-off `keys` of docker-compose.yml, before everything else and at every start: makes the secrets of this
// installation once, in a volume that nobody else sees, and gives each container what it alone has to know.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [keys, secrets, database] = process.argv.slice(2);
const ROOMS = ['cas', 'session-store', 'token-issuer', 'consent', 'management'];

const made = spawnSync(process.execPath, ['apps/all-in-one/dist/latchkey.js', 'keys', keys, '--database', database], { stdio: 'inherit' });
if (made.status !== 0) process.exit(made.status ?? 1);
const administrator = once('postgres-password', () => randomBytes(32).toString('base64url'));

const shared = ['cookie-key', 'form-key', 'service-public-keys.json'];
for (const room of ROOMS) {
  handOut(room, {
    ...Object.fromEntries(shared.map((name) => [name, read(name)])),
    ...(room === 'token-issuer' ? { kek: read('kek') } : {}),
    'service-key.pem': read(`${room}.service-key.pem`),
    'database-url': read(`${room}.database-url`),
  });
}
handOut('migrate', {
  'database-url': `postgres://postgres:${administrator}@${database}`,
  ...Object.fromEntries(ROOMS.map((room) => [`${room}.database-url`, read(`${room}.database-url`)])),
});
handOut('postgres', { password: administrator });

function read(name) {
  return readFileSync(path.join(keys, name), 'utf8');
}

function once(name, make) {
  const file = path.join(keys, name);
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return read(name);
}

/** Readable for whatever user a container has: the folder is a volume of that container and of no other. */
function handOut(to, files) {
  const folder = path.join(secrets, to);
  for (const stale of readdirSync(folder)) rmSync(path.join(folder, stale));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: 0o444 });
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Prints the Secrets that the manifests name, made of the folder that `latchkey.js keys` wrote; to be piped into
 * `kubectl apply -f -`. Needs nothing but Node. Each room gets what it needs and no more.
 */
export const rooms = ['cas', 'session-store', 'token-issuer', 'consent', 'management'];

/** Rooms that encrypt keys at rest. */
const withKek = ['token-issuer'];

export function secrets({ folder, namespace, redisUrl, adminDatabaseUrl, postgresPassword }) {
  const file = (name) => readFileSync(path.join(folder, name), 'utf8').trimEnd();
  const secret = (name, stringData) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, type: 'Opaque', stringData });
  return [
    secret('latchkey-shared', {
      'cookie-key': file('cookie-key'),
      'form-key': file('form-key'),
      'service-public-keys.json': file('service-public-keys.json'),
      'redis-url': redisUrl,
    }),
    ...rooms.map((room) =>
      secret(`latchkey-${room}`, {
        'service-key.pem': file(`${room}.service-key.pem`),
        'database-url': file(`${room}.database-url`),
        ...(withKek.includes(room) ? { kek: file('kek') } : {}),
      }),
    ),
    secret('latchkey-migration', {
      'database-url': adminDatabaseUrl ?? '',
      ...Object.fromEntries(rooms.map((room) => [`${room}.database-url`, file(`${room}.database-url`)])),
    }),
    ...(postgresPassword === undefined ? [] : [secret('latchkey-dev-postgres', { password: postgresPassword })]),
  ];
}

const labels = { 'app.kubernetes.io/name': 'latchkey', 'app.kubernetes.io/part-of': 'latchkey' };

if (process.argv[1] === fileURLToPath(import.meta.url)) main();

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      namespace: { type: 'string', default: 'latchkey' },
      'redis-url': { type: 'string' },
      'admin-database-url': { type: 'string' },
      dev: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || !existsSync(path.join(folder, 'cookie-key')) || (!values.dev && values['redis-url'] === undefined)) {
    console.error(usage);
    process.exit(2);
  }
  const postgresPassword = values.dev ? kept(path.join(folder, 'dev-postgres-password')) : undefined;
  const items = secrets({
    folder,
    namespace: values.namespace,
    redisUrl: values['redis-url'] ?? 'redis://redis:6379',
    adminDatabaseUrl: values['admin-database-url'] ?? (postgresPassword && `postgres://postgres:${postgresPassword}@postgres:5432/latchkey`),
    postgresPassword,
  });
  console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
}

function kept(file) {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

const usage = `node tools/k8s/secrets.mjs FOLDER --redis-url URL [--admin-database-url URL] [--namespace NAME] | kubectl apply -f -
node tools/k8s/secrets.mjs FOLDER --dev | kubectl apply -f -

FOLDER was written by: node apps/all-in-one/dist/latchkey.js keys FOLDER --database HOST:PORT/NAME
--admin-database-url   lets the migration Job make the rooms' roles and schemas; without it they are made by other means
--dev                  for overlays/dev, whose stores run beside the rooms`;

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from '../prepare/run.mjs';
import { Advice, lastLines, until } from '../services/processes.mjs';
import { startFront } from './front.mjs';
import { freePorts } from './ports.mjs';
import { Replica } from './replica.mjs';

/** Owners first: whoever is asked at a start answers by then. */
export const ROOMS = ['session-store', 'management', 'cas', 'token-issuer', 'consent'];
/** Those that hold a copy of the registry. */
const REGISTERED = ['cas', 'token-issuer', 'consent'];
const KEK = ['token-issuer'];

/**
 * Latchkey as five rooms in processes of their own, any number of replicas each, behind one front that spreads requests at
 * random. Everything listens on 127.0.0.1 and ends with this process.
 *
 * @param {object} options
 * @param {string} options.folder for keys and logs; made if it is not there
 * @param {string} options.databaseUrl an administrator of a PostgreSQL
 * @param {string} [options.roles] begins the names of the database roles
 * @param {string} options.redisUrl
 * @param {string} [options.brokers] Kafka; absent: the rooms tell each other directly
 * @param {number} [options.replicas] of every room; 1 otherwise
 * @param {number} [options.port] of the front; a free one otherwise
 * @param {string} [options.publicUrl] `http://localhost:<port>` otherwise
 * @param {string} [options.applyFile] the declarative file
 * @param {Record<string, string>} [options.env] further settings of every room
 * @param {(room: string, index: number, peers: Record<string, string[]>) => { entry?: string, env?: Record<string, string> }} [options.replica] what one
 *   replica has of its own; with an `entry`, it may be of another release
 * @param {'nginx' | 'node'} [options.front] nginx where it is installed, otherwise
 * @returns {Promise<Split>}
 */
export async function launchSplit(options) {
  const { folder, databaseUrl, redisUrl, brokers, replicas = 1, applyFile, env = {}, replica = () => ({}), roles = 'latchkey' } = options;
  mkdirSync(folder, { recursive: true });
  const keys = path.join(folder, 'keys');
  const { host, pathname } = new URL(databaseUrl);
  await command('keys', keys, '--database', `${host}${pathname}`, '--roles', roles);
  const databaseUrls = Object.fromEntries(ROOMS.map((room) => [setting(room), path.join(keys, `${room}.database-url`)]));
  await command('migrate', { DATABASE_URL: databaseUrl, ...databaseUrls });

  const wanted = ROOMS.flatMap((room) => Array.from({ length: replicas }, (_, index) => ({ room, index })));
  const [front, ...ports] = await freePorts(1 + 2 * wanted.length);
  const placed = wanted.map((each, n) => ({ ...each, port: ports[2 * n], internalPort: ports[2 * n + 1] }));
  const peers = Object.fromEntries(ROOMS.map((room) => [room, placed.filter((each) => each.room === room).map(({ internalPort }) => `http://127.0.0.1:${internalPort}`)]));
  const port = options.port ?? front;
  const publicUrl = options.publicUrl ?? `http://localhost:${port}`;

  const all = placed.map(({ room, index, port: open, internalPort }) => {
    const own = replica(room, index, peers);
    return new Replica({
      room,
      index,
      port: open,
      internalPort,
      log: path.join(folder, `${room}-${index}.log`),
      ours: own.entry === undefined,
      entry: own.entry ?? path.join(root, 'apps', room, 'dist', 'main.js'),
      env: {
        LATCHKEY_PUBLIC_URL: publicUrl,
        LATCHKEY_HOST: '127.0.0.1',
        LATCHKEY_PORT: String(open),
        LATCHKEY_INTERNAL_PORT: String(internalPort),
        LATCHKEY_TRUSTED_PROXIES: '127.0.0.1',
        LATCHKEY_PEERS: JSON.stringify(peers),
        LATCHKEY_COOKIE_KEY_FILE: path.join(keys, 'cookie-key'),
        LATCHKEY_FORM_KEY_FILE: path.join(keys, 'form-key'),
        ...(KEK.includes(room) ? { LATCHKEY_KEK_FILE: path.join(keys, 'kek') } : {}),
        LATCHKEY_SERVICE_KEY_FILE: path.join(keys, `${room}.service-key.pem`),
        LATCHKEY_SERVICE_PUBLIC_KEYS_FILE: path.join(keys, 'service-public-keys.json'),
        DATABASE_URL_FILE: path.join(keys, `${room}.database-url`),
        REDIS_URL: redisUrl,
        ...(brokers ? { KAFKA_BROKERS: brokers } : {}),
        ...(room === 'management' && applyFile ? { LATCHKEY_APPLY: applyFile } : {}),
        ...env,
        ...own.env,
      },
    });
  });
  let ingress;
  const split = {
    url: publicUrl,
    port,
    replicas: all,
    of: (room) => all.filter((each) => each.room === room),
    databaseUrl: (room) => readKey(keys, `${room}.database-url`),
    keys,
    async stop() {
      await ingress?.stop();
      await Promise.all(all.map((each) => each.stop()));
    },
  };
  try {
    await Promise.all(all.map((each) => each.start()));
    ingress = await startFront({ kind: options.front, folder, port, replicas: all });
    if (applyFile) await everybodyKnows(split);
    return split;
  } catch (error) {
    await split.stop();
    throw error;
  }
}

/** @typedef {Awaited<ReturnType<typeof launchSplit>>} Split */

/** The file was applied, and every replica has followed. */
async function everybodyKnows(split) {
  const managements = split.of('management').filter(({ ours }) => ours);
  await Promise.all(managements.map((each) => each.says('The declarative file was applied')));
  const wanted = await managements[0].measured('latchkey_registry_revision');
  const behind = async () => {
    const known = await Promise.all(split.replicas.filter(({ room, ours }) => ours && REGISTERED.includes(room)).map((each) => each.measured('latchkey_registry_revision')));
    return known.some((revision) => !(revision >= wanted));
  };
  if (!(await until(async () => !(await behind()), { ms: 20_000 }))) throw new Advice('The rooms did not follow what was applied.');
}

async function command(name, ...rest) {
  const env = typeof rest.at(-1) === 'object' ? rest.pop() : {};
  const files = Object.fromEntries(Object.entries(env).map(([key, value]) => (key === 'DATABASE_URL' ? [key, value] : [`${key}_FILE`, value])));
  const { code, said } = await runNode([path.join(root, 'apps', 'all-in-one', 'dist', 'latchkey.js'), name, ...rest], { env: files });
  if (code !== 0) throw new Advice(`latchkey ${name} failed:\n${lastLines(said, 10)}`);
}

function setting(room) {
  return `LATCHKEY_DATABASE_URL_${room.replaceAll('-', '_').toUpperCase()}`;
}

function readKey(keys, name) {
  return readFileSync(path.join(keys, name), 'utf8');
}


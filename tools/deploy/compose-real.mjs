// `npm run compose:real`: builds the images and brings docker-compose.yml up by podman on this machine, with the override for host
// networking and with stores beside it, signs in and out through nginx, looks at what runs, and takes everything down again.
// What it needs of Debian it installs; images of registries it does not need. Ports 8080 to 8082 and 9090 must be free.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { endRunning, root } from '../prepare/run.mjs';
import { bad, good, step } from '../prepare/say.mjs';
import { Advice, until } from '../services/processes.mjs';
import { Lifetime } from '../start/lifetime.mjs';
import { demandFree } from '../start/ports.mjs';
import { localBases } from './real/bases.mjs';
import { look } from './real/look.mjs';
import { must, openPodman } from './real/podman.mjs';
import { closedPaths, signInAndOut } from './real/sign-in.mjs';
import { openStores } from './real/stores.mjs';

const ROOMS = ['session-store', 'management', 'cas', 'token-issuer', 'consent'];
const DEMOS = ['box-office', 'calendar'];
const PATIENCE_MS = 120_000;
const IMAGES = { latchkey: 'localhost/latchkey:0.1.0', demo: 'localhost/latchkey-demo:0.1.0' };

const lifetime = new Lifetime();
lifetime.watch();
lifetime.add('What was running', endRunning);
try {
  await main();
  await lifetime.end(0);
} catch (error) {
  if (!lifetime.ending) {
    console.error(`\n  ${bad('compose:real failed.')}\n\n${error instanceof Advice ? error.message : error.stack}\n`);
    await lifetime.end(1);
  }
}

async function main() {
  for (const port of [8080, 8081, 8082, 9090]) await demandFree(port, { what: 'compose:real', remedy: 'Stop that program.' });
  await install();
  await step('Building', build);
  const folder = path.join(root, '.latchkey', 'compose-real');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const podman = await openPodman({ project: 'latchkey-real', log: console.log });
  const bases = await step('Base images', (log) => localBases(podman, log));
  await step('Images', () => images(podman, bases));
  podman.settings = { LATCHKEY_IMAGE: IMAGES.latchkey, DEMO_IMAGE: IMAGES.demo, NGINX_IMAGE: bases.nginx, PROMETHEUS_IMAGE: bases.prometheus };
  const stores = await step('PostgreSQL, Redis, Kafka', (log) => openStores({ folder, lifetime, log }));
  Object.assign(podman.settings, stores.settings);

  // Also what an earlier run that was killed left behind.
  const down = () => podman.compose('down', '--volumes', '--timeout', '20');
  await down();
  lifetime.add('The containers', down);
  await step('Keys', () => keys(podman, stores));
  await step('Migration', () => once(podman, 'migrate'));
  await step('Rooms', () => up(podman, ROOMS));
  await step('nginx, the demo applications, Prometheus', async () => {
    await podman.compose('up', '-d', '--no-deps', '--no-build', 'nginx', ...DEMOS, 'prometheus');
    await answers(podman, { nginx: 'http://127.0.0.1:8079', 'box-office': 'http://127.0.0.1:8081/healthz', calendar: 'http://127.0.0.1:8082/healthz', prometheus: 'http://127.0.0.1:9090/-/ready' });
    if (await until(async () => (await podman.logs('management')).includes('The declarative file was applied'), { ms: PATIENCE_MS, everyMs: 500 })) return;
    throw new Advice(`The declarative file was not applied:\n${await podman.logs('management')}`);
  });
  const seen = [...(await step('Sign-in and sign-out through nginx', signInAndOut)), ...(await step('What is closed', closedPaths))];
  const { lines, table } = await step('What runs', () => look(podman, { rooms: ROOMS, demos: DEMOS, images: IMAGES }));
  await step('Telling the rooms to end', async () => seen.push(await ended(podman)));
  console.log([...seen, ...lines].map((line) => `  ${good('✓')} ${line}`).join('\n'));
  console.log(`\n${table}\n`);
}

async function images(podman, bases) {
  const work = mkdtempSync(path.join(tmpdir(), 'latchkey-npmrc-'));
  try {
    const npmrc = path.join(work, 'npmrc');
    const registry = (await must('npm', ['config', 'get', 'registry'])).trim();
    writeFileSync(npmrc, `registry=${registry}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`);
    for (const [target, image] of Object.entries(IMAGES)) await podman.build(image, target, { NODE_BASE: bases.builder, BASE: bases.runtime }, { npmrc });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function keys(podman, stores) {
  await once(podman, 'keys');
  const volume = (await podman.podman('volume', 'inspect', '--format', '{{.Mountpoint}}', 'latchkey-real_keys')).trim();
  await stores.prepare(readFileSync(path.join(volume, 'postgres-password'), 'utf8'));
}

/** A container that does one thing and ends. */
async function once(podman, service) {
  await podman.compose('up', '-d', '--no-deps', '--no-build', service);
  await podman.podman('wait', podman.container(service));
  if ((await podman.inspect(service, '{{.State.ExitCode}}')) !== '0') throw new Advice(`${service} failed:\n${await podman.logs(service)}`);
}

/** Until their own health checks say so. */
async function up(podman, services) {
  await podman.compose('up', '-d', '--no-deps', '--no-build', ...services);
  for (const service of services) {
    if (await until(() => podman.healthy(service), { ms: PATIENCE_MS, everyMs: 500 })) continue;
    throw new Advice(`${service} did not become ready:\n${await podman.logs(service)}`);
  }
}

async function answers(podman, addresses) {
  for (const [service, address] of Object.entries(addresses)) {
    const ok = () => fetch(address).then((response) => response.ok, () => false);
    const ended = async () => (await podman.inspect(service, '{{.State.Running}}')) !== 'true';
    if (await until(async () => (await ok()) || (await ended()), { ms: PATIENCE_MS, everyMs: 300 })) if (await ok()) continue;
    throw new Advice(`${service} does not answer:\n${await podman.logs(service)}`);
  }
}

/** SIGTERM reaches node as the first process of its container, and it ends by itself. */
async function ended(podman) {
  const began = performance.now();
  await Promise.all(ROOMS.map((room) => podman.podman('stop', '--time', '45', podman.container(room))));
  const codes = await Promise.all(ROOMS.map((room) => podman.inspect(room, '{{.State.ExitCode}}')));
  if (codes.some((code) => code !== '0')) throw new Advice(`The rooms ended with ${codes.join(', ')} when they were told to.`);
  return `told to end (SIGTERM), every room drained and ended with 0, after ${((performance.now() - began) / 1000).toFixed(1)} s`;
}

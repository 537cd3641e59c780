import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { endRunning, root } from '../prepare/run.mjs';
import { bad, step } from '../prepare/say.mjs';
import { startPostgres } from '../services/postgres.mjs';
import { Advice } from '../services/processes.mjs';
import { banner } from './banner.mjs';
import { demandDatabase, shopDatabase } from './databases.mjs';
import { demos, startDemo } from './demos.mjs';
import { Lifetime } from './lifetime.mjs';
import { readOptions } from './options.mjs';
import { openSplit } from './split.mjs';
import { demandFree } from './ports.mjs';

/** `npm start`: everything on one machine, with nothing but Node and npm. */
export async function main() {
  const lifetime = new Lifetime();
  lifetime.watch();
  lifetime.add('What prepares the start', endRunning);
  try {
    const options = readOptions();
    await demandFreePorts(options);
    await install();
    const began = performance.now();
    await step('Building', build);
    const loading = options.replicas ? undefined : loadLatchkey();
    const database = await openDatabase(lifetime, options);
    const latchkey = options.replicas ? await openSplit(lifetime, options, database) : await openLatchkey(lifetime, await loading, options, database);
    if (options.demo) await openDemos(lifetime, latchkey.publicUrl, database.url);
    if (lifetime.ending) return;
    banner({
      rssMb: process.memoryUsage.rss() / 1_000_000,
      ...latchkey,
      demo: options.demo,
      data: database.where,
      seconds: (performance.now() - began) / 1000,
    });
  } catch (error) {
    if (lifetime.ending) return;
    console.error(`\n  ${bad('Latchkey did not start.')}\n\n${indent(isForReader(error) ? error.message : error.stack)}\n`);
    await lifetime.end(1);
  }
}

async function demandFreePorts({ port, demo }) {
  await demandFree(port, { hosts: ['127.0.0.1', '::1'], what: 'Latchkey', remedy: 'Stop it, or choose another port: npm start -- --port 8090 (or LATCHKEY_PORT=8090).' });
  for (const each of demo ? demos : []) {
    await demandFree(each.port, {
      what: `the demo application ${each.name}`,
      remedy: 'Stop it, or start without the demo applications (their addresses are registered in examples/demo.yaml): npm start -- --no-demo',
    });
  }
}

/** The rooms apart have keys and roles of their own, so the PostgreSQL of one way to start is not that of the other. */
async function openDatabase(lifetime, { replicas }) {
  const given = givenDatabase();
  if (given) {
    await step('Reaching PostgreSQL', () => demandDatabase(given));
    const keys = path.join(root, '.latchkey');
    return { url: given, keys, where: `Data are in the PostgreSQL of DATABASE_URL, the keys to them in ${path.join(keys, 'secrets.json')}: keep both.` };
  }
  const postgres = await step('PostgreSQL', (log) => startPostgres({ dataDir: path.join(root, '.latchkey', replicas ? 'postgres-split' : 'postgres'), maxConnections: 400, log }));
  lifetime.add('PostgreSQL', postgres.stop);
  void postgres.ended.then(() => {
    if (lifetime.ending) return;
    console.error(`\n  PostgreSQL ended unexpectedly; see ${path.join(postgres.home, 'postgres.log')}. Start again: nothing that was answered is lost.`);
    void lifetime.end(1);
  });
  // With the data that they open: whoever deletes or moves one does so with the other.
  return { url: postgres.url, keys: postgres.home, where: `Data stay in ${postgres.home} until you delete that folder.` };
}

function givenDatabase() {
  const { DATABASE_URL: url, DATABASE_URL_FILE: file } = process.env;
  if (url && file) throw new Advice('DATABASE_URL is given twice, also as DATABASE_URL_FILE; give one.');
  if (!file) return url;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Advice(`DATABASE_URL_FILE cannot be read: ${error.message}`);
  }
}

/** Most of a start is reading the program; that is done while the database starts. */
function loadLatchkey() {
  const loading = import(pathToFileURL(path.join(root, 'apps', 'all-in-one', 'dist', 'index.js')).href);
  loading.catch(() => {});
  return loading;
}

async function openLatchkey(lifetime, { startAllInOne }, { port, applyFile, demo }, { url: databaseUrl, keys }) {
  process.env.LATCHKEY_PORT = String(port);
  return step('Latchkey', async (log) => {
    const latchkey = await startAllInOne({
      databaseUrl,
      dataDir: keys,
      port,
      ...(applyFile ? { applyFile } : {}),
      // The demo applications are plain http on this machine, which applications otherwise may not be.
      outboundAllow: demo ? demos.map((each) => `127.0.0.1:${each.port}`) : [],
      progress: log,
    });
    lifetime.add('Latchkey', () => latchkey.stop());
    return latchkey;
  });
}

async function openDemos(lifetime, publicUrl, databaseUrl) {
  const shop = await shopDatabase(databaseUrl);
  for (const demo of demos) {
    const started = await step(demo.name, () => startDemo(demo, { LATCHKEY_URL: publicUrl, DATABASE_URL: shop }));
    lifetime.add(demo.name, started.stop);
  }
}

/**
 * Errors with a name of their own were written to be read (settings, the file that is applied, an old schema); others are
 * faults, as are those of a driver: `error` is what pg calls its own.
 */
const isForReader = ({ name }) => !(name in globalThis) && !/^(Assertion.*|QueryFailedError|TypeORMError|DatabaseError|error)$/.test(name);

const indent = (text) => text.split('\n').map((line) => `  ${line}`).join('\n');

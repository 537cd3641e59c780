import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { endRunning, root } from '../prepare/run.mjs';
import { bad, step } from '../prepare/say.mjs';
import { Advice } from '../services/processes.mjs';
import { Lifetime } from '../start/lifetime.mjs';
import { checks } from './checks.mjs';
import { runJest } from './jest.mjs';
import { temporaryFolder } from './temporary-folder.mjs';
import { bringUp } from './services.mjs';

/** `npm test`: everything. `npm test -- ARGS`: only jest, with these arguments. */
export async function main() {
  const lifetime = new Lifetime();
  lifetime.watch();
  const jestArgs = process.argv.slice(2);
  const count = { passed: 0, failed: 0, skipped: 0 };
  try {
    // Of whoever is started from here on.
    process.env.TMPDIR = temporaryFolder(lifetime);
    lifetime.add('What prepares the tests', endRunning);
    await install();
    mkdirSync(path.join(root, '.latchkey', 'test'), { recursive: true, mode: 0o711 });
    count.failed += (await passes('Build', build)) ? 0 : 1;
    const { settings, faults } = await step('Servers for the tests', (log) => bringUp({ lifetime, log, lenient: jestArgs.length > 0 }));
    lifetime.add('The tests', endRunning);
    for (const fault of faults) console.log(`\n${fault}\n`);
    if (jestArgs.length === 0) {
      for (const { name, run } of checks) count.failed += (await passes(name, async () => demandSuccess(await run(settings)))) ? 0 : 1;
    }
    const tests = await runJest(jestArgs, settings);
    for (const key of Object.keys(count)) count[key] += tests[key];
  } catch (error) {
    if (lifetime.ending) return;
    count.failed += 1;
    console.error(`\n  ${bad('The tests could not be run.')}\n\n${error instanceof Advice ? error.message : error.stack}\n`);
  }
  if (lifetime.ending) return;
  await lifetime.end(count.failed > 0 ? 1 : 0, () => console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`));
}

/** A check that fails is told and counted; the rest still runs, so that one run shows everything. */
async function passes(name, work) {
  try {
    await step(name, work);
    return true;
  } catch (error) {
    console.error(`\n${error instanceof Advice ? error.message : error.stack}\n`);
    return false;
  }
}

function demandSuccess({ code, said }) {
  if (code !== 0) throw new Advice(said.trim() || `ended with ${code}`);
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { root } from '../prepare/run.mjs';

/** `npm run docs` writes what is generated under docs/; with `--check` it writes nothing and fails where that is not current. */
export async function main() {
  const check = process.argv.includes('--check');
  await install();
  await build();
  const documents = {
    'events.md': async () => (await import('./events.mjs')).eventsDocument(),
    'config.md': async () => (await import('./config.mjs')).configDocument(),
    'metrics.md': async () => (await import('./metrics.mjs')).metricsDocument(),
    'logs.md': async () => (await import('./logs.mjs')).logsDocument(),
    'routes.md': async () => (await import('./routes.mjs')).routesDocument(),
    'cas-conformance.md': async () => (await import('./cas-conformance.mjs')).casConformanceDocument(),
    'degraded-mode.md': async () => (await import('./degraded-mode.mjs')).degradedModeDocument(),
    'forward-auth.md': async () => (await import('./forward-auth.mjs')).forwardAuthDocument(),
    'latchkey.schema.json': async () => (await import('./declaration.mjs')).declarationSchema(),
  };
  const stale = [];
  for (const [name, make] of Object.entries(documents)) {
    const file = path.join(root, 'docs', name);
    const text = await make();
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale.push(`docs/${name}`);
    if (check) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (!check) console.log(stale.length === 0 ? 'Nothing to write.' : `Wrote ${stale.join(', ')}.`);
  else if (stale.length > 0) {
    console.error(`Not current: ${stale.join(', ')}. Run: npm run docs`);
    process.exit(1);
  }
  process.exit(0);
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { dashboard } from './dashboard.mjs';

/** Files under deploy/ that are made out of others. `node tools/deploy/write.mjs` writes them, `npm test` holds them against this. */
const WRITTEN = {
  'deploy/grafana/dashboards/latchkey.json': () => `${JSON.stringify(dashboard(), null, 2)}\n`,
  'deploy/compose/demo.yaml': demoForCompose,
};

export function write() {
  for (const [file, make] of Object.entries(WRITTEN)) writeFileSync(path.join(root, file), make());
}

/** @returns {string[]} what is not as it would be written */
export function notCurrent() {
  return Object.entries(WRITTEN)
    .filter(([file, make]) => !existsSync(path.join(root, file)) || readFileSync(path.join(root, file), 'utf8') !== make())
    .map(([file]) => `${file} is not current. Run: node tools/deploy/write.mjs`);
}

/** The demo, with names that lead to the same application from a browser on this machine and from a container. */
function demoForCompose() {
  const text = readFileSync(path.join(root, 'examples', 'demo.yaml'), 'utf8');
  const body = text.slice(text.indexOf('\n# Who can sign in'));
  return (
    '# yaml-language-server: $schema=../../docs/latchkey.schema.json\n#\n' +
    '# Written by tools/deploy/write.mjs out of examples/demo.yaml, which says what everything here is for.\n' +
    body.replaceAll('127.0.0.1:8081', 'box-office.localhost:8081').replaceAll('127.0.0.1:8082', 'calendar.localhost:8082')
  );
}

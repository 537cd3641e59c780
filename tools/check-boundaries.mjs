import path from 'node:path';
import { root, runNode } from './prepare/run.mjs';
import { nxAlone } from './test/checks.mjs';

/**
 * The import rules are enforced by a lint rule that skips itself, with exit code 0, where it finds no project graph. So a
 * package that breaks them must be rejected, and for each of its faults: an exit code alone could be a crash.
 */
const mustBeSaid = [
  ['a room imports another room', /A project tagged with "name:illegal-import"[\s\S]*?can only depend on libs tagged/],
  ['kafkajs outside of the bus', /not allowed to import "?'?kafkajs/],
  ['redis outside of the store', /not allowed to import "?'?redis/],
  ['a relative path into another project', /must begin with a npm scope|Projects cannot be imported by a relative or absolute path/],
  ['forwardRef', /'forwardRef' import from '@nestjs\/common' is restricted/],
  ['export *', /A package says what it exports, name by name/],
  ['process.env', /'process\.env' is restricted/],
  ['Math.random', /'Math\.random' is restricted/],
];

const { code, said } = await runNode([path.join(root, 'node_modules/nx/dist/bin/nx.js'), 'run', '@latchkey-fixtures/illegal-import:lint-must-fail', '--outputStyle=static', '--skipNxCache'], {
  env: nxAlone,
});
const unsaid = mustBeSaid.filter(([, message]) => !message.test(said));
if (code === 0 || unsaid.length > 0) {
  console.error(said);
  console.error('fixtures/illegal-import must be rejected by lint; it was not for:');
  for (const [rule] of unsaid) console.error(`  ${rule}`);
  process.exitCode = 1;
}

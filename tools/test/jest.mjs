import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from '../prepare/run.mjs';

/** First what shares the machine well, then one by one what starts ten processes each. */
const TURNS = [
  ['--maxWorkers=2', '--selectProjects', 'embedded'],
  ['--maxWorkers=1', '--selectProjects', 'split', 'apart'],
];

export async function runJest(args, env) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const turn of args.length > 0 ? [['--maxWorkers=2', ...args]] : TURNS) {
    const counted = await runOnce(turn, env);
    for (const key of Object.keys(total)) total[key] += counted[key];
  }
  return total;
}

/** Runs jest and reads its own account of it: the exit code alone cannot tell a crash from a failed test. */
async function runOnce(args, env) {
  const results = path.join(root, '.latchkey', 'test', 'results.json');
  rmSync(results, { force: true });
  const { code } = await runNode(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--json',
      `--outputFile=${results}`,
      ...args,
    ],
    { show: true, env },
  );
  const counted = read(results);
  // A crash, or something that jest itself found wrong (a leaked handle, an obsolete snapshot).
  if (counted === undefined || (code !== 0 && counted.failed === 0)) return { passed: counted?.passed ?? 0, failed: 1, skipped: counted?.skipped ?? 0 };
  return counted;
}

function read(file) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests + numTodoTests };
  } catch {
    return undefined;
  }
}

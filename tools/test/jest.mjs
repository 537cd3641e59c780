import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from '../prepare/run.mjs';

/** Runs jest and reads its own account of it: the exit code alone cannot tell a crash from a failed test. */
export async function runJest(args, env) {
  const results = path.join(root, '.latchkey', 'test', 'results.json');
  rmSync(results, { force: true });
  const { code } = await runNode(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--json',
      `--outputFile=${results}`,
      '--maxWorkers=2',
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

import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { alive } from '../services/processes.mjs';

const prefix = 'latchkey-tests-';

/** What tests put under the system's temporary folder goes with the run, also of tests that were interrupted. */
export function temporaryFolder(lifetime) {
  for (const name of readdirSync(os.tmpdir()).filter((each) => each.startsWith(prefix))) {
    // Left by a run that was killed.
    if (!alive(Number(name.slice(prefix.length).split('-')[0]))) remove(path.join(os.tmpdir(), name));
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
  // Servers that tests start run as other accounts.
  chmodSync(folder, 0o711);
  lifetime.add('The temporary folder', () => remove(folder));
  return folder;
}

function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error;
  }
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Advice, lastLines } from '../services/processes.mjs';
import { root, runNpm } from './run.mjs';
import { step } from './say.mjs';

const lockFile = path.join(root, 'package-lock.json');
const installedFile = path.join(root, 'node_modules', '.package-lock.json');
const stampFile = path.join(root, 'node_modules', '.latchkey-installed');

/** `npm ci`, unless node_modules already holds what the lock file says. */
export async function install() {
  if (isInstalled()) return;
  await step('Installing packages', async () => {
    const { code, said } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) throw new Advice(`npm ci failed:\n${lastLines(said, 12)}`);
  });
  writeFileSync(stampFile, stamp());
}

function isInstalled() {
  if (!existsSync(installedFile)) return false;
  const locked = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  // A project's own node_modules holds what differs from the root's; it goes where the project's folder goes.
  const apart = Object.keys(locked).filter((where) => where.includes('/node_modules/') && !where.startsWith('node_modules/'));
  if (!apart.every((where) => existsSync(path.join(root, where)))) return false;
  return (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()) || holdsWhatIsLocked(locked);
}

const stamp = () => createHash('sha256').update(readFileSync(lockFile)).update(`${process.platform} ${process.arch}`).digest('hex');

/** npm notes in node_modules what it put there: after an `npm install` there is nothing left to do for us. */
function holdsWhatIsLocked(locked) {
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(locked)
    .filter(([where, entry]) => where.includes('node_modules/') && isForThisMachine(entry))
    .every(([where, entry]) => installed[where]?.version === entry.version);
}

function isForThisMachine({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return os?.includes(process.platform) === true && cpu?.includes(process.arch) === true && libc === undefined;
}

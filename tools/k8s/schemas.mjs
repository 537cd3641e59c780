import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../services/processes.mjs';
import { cacheFolder } from './cache.mjs';
import { pipInstall } from './pip.mjs';

const requirement = 'kubernetes-validate==1.37.0';
/** The oldest Kubernetes that the manifests are meant for. */
export const kubernetesVersion = 'v1.31.0';

/**
 * Kubernetes' own schemas, strict (no unknown fields), in a folder of the user's cache.
 * @returns {Promise<string>} in it `deployment-apps-v1.json` and so on
 */
export async function schemas(log) {
  const folder = cacheFolder(`kubernetes-schemas-${kubernetesVersion}`);
  if (existsSync(folder) || (await pipInstall(folder, requirement, log, keepOne))) return folder;
  throw new Advice(
    'The manifests of k8s/ are held against schemas that PyPI has (kubernetes-validate).\n' +
      'Install Python with pip (Debian: apt-get install python3-pip), so that they are fetched by themselves.',
  );
}

/** Of the package only one version's schemas, with references that stay within the folder: as they come, they lead off the machine. */
function keepOne(folder) {
  const all = path.join(folder, 'kubernetes_validate', 'kubernetes-json-schema');
  const from = readdirSync(all).find((name) => name.startsWith(kubernetesVersion) && name.endsWith('-local-strict'));
  const kept = path.join(folder, 'kept');
  mkdirSync(kept);
  for (const name of readdirSync(path.join(all, from))) {
    const text = readFileSync(path.join(all, from, name), 'utf8');
    if (!name.endsWith('.json')) continue;
    const schema = JSON.parse(text, function (key, value) {
      if (key === '$id') return undefined;
      return key === '$ref' && typeof value === 'string' ? value.replace('/api/_definitions.json', '_definitions.json') : value;
    });
    writeFileSync(path.join(kept, name), JSON.stringify(schema));
  }
  for (const name of readdirSync(folder)) if (name !== 'kept') rmSync(path.join(folder, name), { recursive: true });
  for (const name of readdirSync(kept)) renameSync(path.join(kept, name), path.join(folder, name));
  rmSync(kept, { recursive: true });
}

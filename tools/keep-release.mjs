// `npm run keep:release -- REF`: keeps what a release runs, without what it takes from others, so that tests can put its rooms
// beside those of the next one (conformance/two-releases.spec.ts).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './prepare/run.mjs';

const [ref] = process.argv.slice(2);
if (!ref) {
  console.error('Which release? npm run keep:release -- REF');
  process.exit(1);
}
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const commit = git('rev-parse', '--short=7', ref);
const tree = path.join(mkdtempSync(path.join(tmpdir(), 'latchkey-release-')), commit);
try {
  git('worktree', 'add', '--detach', tree, commit);
  execFileSync(process.execPath, ['tools/build.mjs'], { cwd: tree, stdio: 'inherit' });
  const packages = ['apps', 'libs'].flatMap((folder) => readdirSync(path.join(tree, folder)).map((name) => `${folder}/${name}`));
  const kept = packages.filter((name) => !/\/(testing|all-in-one)$/.test(name)).flatMap((name) => [`${name}/package.json`, `${name}/dist`]);
  const file = path.join(root, 'fixtures', 'releases', `${commit}.tgz`);
  mkdirSync(path.dirname(file), { recursive: true });
  // Names in order, no owner, no time of day: kept twice, it is the same file.
  const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--use-compress-program=gzip -n9'];
  execFileSync('tar', ['-cf', file, ...same, '--exclude=*.map', '--exclude=*.spec.*', '--exclude=*.conformance.*', '--exclude=*.d.ts', '--exclude=*.tsbuildinfo', ...kept], { cwd: tree });
  console.log(`Kept ${path.relative(root, file)}.`);
} finally {
  git('worktree', 'remove', '--force', tree);
  rmSync(path.dirname(tree), { recursive: true, force: true });
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Advice } from '../services/processes.mjs';
import { swcOptions } from './compiler.mjs';
import { root } from './run.mjs';

/**
 * Makes every project's dist out of its src, unless it was made from these very sources. swc only translates; tsc holds
 * the types, in `npm test` (see docs/decisions/0005-swc-builds-tsc-checks.md).
 */
export async function build() {
  const projects = projectFolders();
  const stamp = stampOf(projects);
  // The stamp lies in each dist, so that a dist removed by hand is built again.
  const stampFile = (project) => path.join(project, 'dist', '.built-from');
  if (projects.every((project) => existsSync(stampFile(project)) && readFileSync(stampFile(project), 'utf8') === stamp)) return;
  const { transformFile } = createRequire(path.join(root, 'package.json'))('@swc/core');
  const faults = [];
  await Promise.all(
    projects.map(async (project) => {
      rmSync(stampFile(project), { force: true });
      const made = await Promise.all(sourcesIn(project).map((source) => translate(transformFile, project, source).catch((error) => faults.push(error.message.split('\n\n\nCaused by:')[0].trimEnd()))));
      removeOthers(project, new Set(made));
    }),
  );
  if (faults.length > 0) throw new Advice(`The build failed:\n${faults.join('\n')}`);
  for (const project of projects) writeFileSync(stampFile(project), stamp);
}

const projectFolders = () => JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')).references.map(({ path: folder }) => path.join(root, folder));

async function translate(transformFile, project, source) {
  const target = path.join(project, 'dist', path.relative(path.join(project, 'src'), source)).replace(/\.tsx?$/, '.js');
  const options = swcOptions(source.endsWith('.tsx'));
  const { code, map } = await transformFile(source, { ...options, jsc: { ...options.jsc, rewriteRelativeImportExtensions: true }, sourceMaps: true });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${code}//# sourceMappingURL=${path.basename(target)}.map\n`);
  writeFileSync(`${target}.map`, map);
  return target;
}

/** What an earlier source left behind would still be found by an import. */
function removeOthers(project, made) {
  const dist = path.join(project, 'dist');
  mkdirSync(dist, { recursive: true });
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && file.endsWith('.js') && !made.has(file)) rmSync(file);
  }
}

function stampOf(projects) {
  const hash = createHash('sha256');
  const add = (file) => hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  add(path.join(root, 'package-lock.json'));
  add(path.join(root, 'tools', 'prepare', 'compiler.mjs'));
  for (const project of projects) for (const file of sourcesIn(project)) add(file);
  return hash.digest('hex');
}

function sourcesIn(project) {
  const folder = path.join(project, 'src');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !isOfTests(path.relative(folder, file)))
    .sort();
}

const isOfTests = (file) => /\.(spec|conformance|fixture)\.tsx?$/.test(file) || file.split(path.sep)[0] === 'testing';

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Advice } from '../services/processes.mjs';
import { root, runNode } from './run.mjs';

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
  // In a process of its own: the translator's memory would stay with the server that `npm start` becomes.
  const { code, said } = await runNode([fileURLToPath(new URL('./translate.mjs', import.meta.url))]);
  if (code !== 0) throw new Advice(`The build failed:\n${said.trim()}`);
  for (const project of projects) writeFileSync(stampFile(project), stamp);
}

export const projectFolders = () => JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')).references.map(({ path: folder }) => path.join(root, folder));

function stampOf(projects) {
  const hash = createHash('sha256');
  const add = (file) => hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  add(path.join(root, 'package-lock.json'));
  add(path.join(root, 'tools', 'prepare', 'compiler.mjs'));
  for (const project of projects) for (const file of sourcesIn(project)) add(file);
  return hash.digest('hex');
}

export function sourcesIn(project) {
  const folder = path.join(project, 'src');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !isOfTests(path.relative(folder, file)))
    .sort();
}

const isOfTests = (file) => /\.(spec|conformance|fixture)\.tsx?$/.test(file) || file.split(path.sep)[0] === 'testing';

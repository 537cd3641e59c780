import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../services/processes.mjs';
import { root, runNode } from './run.mjs';

/** `tsc -b`, unless every project's dist was built from these very sources. */
export async function build() {
  const projects = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')).references.map(({ path: folder }) => path.join(root, folder));
  const stamp = stampOf(projects);
  // The stamp lies in each dist, so that a dist removed by hand is built again.
  const stampFile = (project) => path.join(project, 'dist', '.built-from');
  if (projects.every((project) => existsSync(stampFile(project)) && readFileSync(stampFile(project), 'utf8') === stamp)) return;
  const { code, said } = await runNode([path.join(root, 'node_modules/typescript/bin/tsc'), '-b', '--pretty', 'false']);
  if (code !== 0) throw new Advice(`The build failed:\n${said.trim()}`);
  for (const project of projects) {
    mkdirSync(path.join(project, 'dist'), { recursive: true });
    writeFileSync(stampFile(project), stamp);
  }
}

function stampOf(projects) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  const add = (file) => hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  for (const file of ['tsconfig.base.json', 'tsconfig.json', 'package-lock.json']) add(path.join(root, file));
  for (const project of projects) {
    add(path.join(project, 'tsconfig.json'));
    add(path.join(project, 'package.json'));
    for (const file of sourcesIn(path.join(project, 'src'))) add(file);
  }
  return hash.digest('hex');
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

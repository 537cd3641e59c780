// Run by build.mjs.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectFolders, sourcesIn } from './build.mjs';
import { swcOptions } from './compiler.mjs';
import { root } from './run.mjs';

const { transformFile } = createRequire(path.join(root, 'package.json'))('@swc/core');

await Promise.all(
  projectFolders().map(async (project) => {
    rmSync(path.join(project, 'dist', '.built-from'), { force: true });
    const made = await Promise.all(sourcesIn(project).map((source) => translate(project, source).catch(blame)));
    removeOthers(project, new Set(made));
  }),
);

function blame(error) {
  // What follows is the translator's own stack.
  console.error(error.message.split('\n\n\nCaused by:')[0].trimEnd());
  process.exitCode = 1;
}

async function translate(project, source) {
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

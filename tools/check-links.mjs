// Every file that a document names must be there: links to this repository, and paths between backticks.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare/run.mjs';

const topFolders = ['apps', 'libs', 'tools', 'docs', 'examples', 'conformance', 'bench', 'chaos', 'fixtures', '.ci'];
const missing = [...documentsIn('.')].flatMap((document) => {
  const text = readFileSync(path.join(root, document), 'utf8').replace(/^```[^]*?^```/gm, '');
  const folder = path.dirname(document);
  return [...linked(text, folder), ...quoted(text, folder)]
    .filter((file) => !existsSync(path.join(root, file)))
    .map((file) => `${document} names ${file}, which does not exist`);
});
for (const line of missing) console.error(line);
process.exitCode = missing.length > 0 ? 1 : 0;

/** Not by git: what is given as an archive is checked as well. */
function* documentsIn(folder) {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.') && !['node_modules', 'dist'].includes(entry.name)) yield* documentsIn(name);
    if (entry.isFile() && entry.name.endsWith('.md')) yield name;
  }
}

/** Addresses with a scheme are not ours to check; what follows `#` is a place within the file. */
function linked(text, folder) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => path.join(folder, target.split('#')[0]));
}

/** `libs/store/src/database.ts` from the root, `src/room.ts` beside the document; but not `libs/*`. */
function quoted(text, folder) {
  return [...text.matchAll(/`([\w.@-]+\/[\w./@-]*)`/g)]
    .map(([, name]) => name)
    .filter((name) => topFolders.includes(name.split('/')[0]) || (name.startsWith('src/') && existsSync(path.join(root, folder, 'src'))))
    .map((name) => (name.startsWith('src/') ? path.join(folder, name) : name));
}

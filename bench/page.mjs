import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/benchmarks.md', import.meta.url);

/** docs/benchmarks.md has a chapter for each bench: one is written anew, the others stay. */
export function writeSection(title, text) {
  const chapters = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split(/^(?=# )/m) : [];
  const place = chapters.findIndex((chapter) => chapter.startsWith(`# ${title}\n`));
  chapters.splice(place === -1 ? chapters.length : place, place === -1 ? 0 : 1, `# ${title}\n\n${text.trim()}\n`);
  writeFileSync(PAGE, `${chapters.map((chapter) => chapter.trim()).join('\n\n')}\n`);
}

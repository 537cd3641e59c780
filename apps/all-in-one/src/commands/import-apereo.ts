import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { importApereoServices } from '@latchkey/management';

export interface ImportOptions {
  readonly out?: string;
  readonly report?: string;
}

/** Where to: standard output, and standard error for what must not get into it. */
export interface Voices {
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Reads a folder as the JSON service registry of Apereo CAS does, with the folders in it. Files are written when everything is known
 * to be right, and whole: what was there before stays until then.
 */
export async function importApereo(folder: string, { out, report }: ImportOptions, { say, warn }: Voices): Promise<void> {
  if (out !== undefined && out === report) throw new Error('The services and the report cannot go to the same file.');
  const { json, others } = filesIn(folder);
  if (json.length === 0) throw new Error(`${folder} holds no .json file.`);
  const imported = importApereoServices(json.map((name) => ({ name, text: read(join(folder, name)) })), others);
  if (imported.written === 0) throw new Error(`Nothing of ${folder} can be converted:\n\n${imported.report}`);
  writeAll([
    { file: out, text: imported.yaml },
    { file: report, text: imported.report },
  ]);
  if (out === undefined) say(imported.yaml.trimEnd());
  if (report === undefined) warn(imported.report.trimEnd());
  const { read: files, written, closed, refused } = imported;
  warn(`${files} read; ${written} services written, ${closed} of them disabled; ${refused} not converted.${report === undefined ? '' : ` What to do with them stands in ${report}.`}`);
}

/** Names that begin with a dot are no definitions: a mounted ConfigMap holds its files a second time in one. */
function filesIn(folder: string): { readonly json: readonly string[]; readonly others: readonly string[] } {
  const files = walk(folder).map((file) => relative(folder, file)).sort();
  const isJson = (file: string): boolean => /\.json$/i.test(file);
  return { json: files.filter(isJson), others: files.filter((file) => !isJson(file)) };
}

function walk(folder: string): readonly string[] {
  return entriesOf(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new Error(`${folder} ${REASONS[codeOf(error)] ?? `cannot be read (${codeOf(error)})`}.`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is a file, not a folder',
  EACCES: 'may not be read by this user',
};

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${codeOf(error)}).`, { cause: error });
  }
}

function writeAll(texts: readonly { readonly file: string | undefined; readonly text: string }[]): void {
  const pairs = texts.flatMap(({ file, text }) => (file === undefined ? [] : [{ file, next: `${file}.next`, text }]));
  try {
    for (const { next, text } of pairs) writeFileSync(next, text);
    for (const { next, file } of pairs) renameSync(next, file);
  } catch (error) {
    for (const { next } of pairs) rmSync(next, { force: true });
    throw new Error(`${(error as { path?: string }).path ?? 'The file'} cannot be written (${codeOf(error)}).`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

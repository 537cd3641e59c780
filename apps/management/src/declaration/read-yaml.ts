import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { isStorable } from '../registry/storable.ts';
import type { DeclarationError } from './declaration-error.ts';
import { SourceMap } from './source-map.ts';

const MOST_BYTES = 5 * 1024 * 1024;
/** Aliases are welcome in small number; a bomb multiplies few lines into gigabytes. */
const MOST_ALIASES = 100;

export type Read = { readonly data: unknown; readonly map: SourceMap } | { readonly errors: readonly DeclarationError[] };

/** YAML 1.2, core schema, one document: no tags of one's own, no doubled keys, no merge keys, nothing that cannot be stored. */
export function readYaml(text: string): Read {
  if (Buffer.byteLength(text) > MOST_BYTES) return { errors: [whole('is larger than 5 MB')] };
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      lineCounter: lines,
      uniqueKeys: true,
      strict: true,
      merge: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    const map = new SourceMap(document, lines);
    const errors = [
      ...[...document.errors, ...document.warnings].map((error) => map.at(error.pos[0], [], sentence(error.code, error.message))),
      ...strangeNodes(document, map),
    ];
    if (errors.length > 0) return { errors };
    return { data: document.contents === null ? {} : document.toJS({ maxAliasCount: MOST_ALIASES }), map };
  } catch (error) {
    // The stack ends at nesting of some thousand levels; the reader of aliases throws at its limit.
    if (error instanceof RangeError) return { errors: [whole('is nested too deeply')] };
    if (error instanceof ReferenceError) return { errors: [whole(`uses more than ${MOST_ALIASES} aliases, or one that leads to itself`)] };
    throw error;
  }
}

function strangeNodes(document: Document, map: SourceMap): DeclarationError[] {
  const errors: DeclarationError[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) errors.push(map.at(rangeStart(pair.key), [], 'a key must be a plain word'));
    },
    Scalar(_, node) {
      if (!isStorable(node.value)) errors.push(map.at(rangeStart(node), [], 'holds a NUL or half a character'));
    },
  });
  return errors;
}

function rangeStart(node: unknown): number {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
}

function sentence(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in the same place';
  if (code === 'MULTIPLE_DOCS') return 'the file holds more than one document';
  if (code === 'TAG_RESOLVE_FAILED') return `${message}: tags are not allowed`;
  return message;
}

function whole(message: string): DeclarationError {
  return { line: 1, column: 1, path: '', message: `the file ${message}` };
}

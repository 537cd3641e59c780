import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type { DeclarationError } from './declaration-error.ts';

export type Path = readonly PropertyKey[];

/** Finds the line of the text that a path of the data came from. */
export class SourceMap {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  error(path: Path, message: string): DeclarationError {
    return this.at(this.offset(path), path, message);
  }

  /** An error about a key itself, where it stands as a key. */
  keyError(path: Path, key: string, message: string): DeclarationError {
    const map = this.resolve(this.walk(path));
    const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
    const offset = isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : this.offset(path);
    return this.at(offset, [...path, key], message);
  }

  at(offset: number, path: Path, message: string): DeclarationError {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: writtenPath(path), message };
  }

  /** Where something is missing, the nearest thing around it that is there. */
  private offset(path: Path): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = this.walk(path.slice(0, length));
      const start = node?.range?.[0];
      if (start !== undefined) return start;
    }
    return 0;
  }

  private walk(path: Path): Node | undefined {
    let node: unknown = this.document.contents;
    for (const step of path) {
      const here = this.resolve(node);
      if (isSeq(here)) node = here.items[Number(step)];
      else if (isMap(here)) node = here.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))?.value;
      else return undefined;
    }
    return isNode(node) ? node : undefined;
  }

  private resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

export function writtenPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? String(step) : `.${String(step)}`))
    .join('');
}

import { compare, sooner, type Candidate, type RegisteredUrls } from './precedence.ts';
import { PIECES } from './service-expression.ts';

/** So few are tried one by one sooner than they are looked for. */
const FEW = 8;

/**
 * Expressions by a piece of text that every match of theirs holds, the one that the fewest others share. Each is then tried on its
 * own: several compiled into one automaton could need as many states as theirs multiplied.
 */
export class ExpressionIndex<Service extends RegisteredUrls> {
  private readonly always: Candidate<Service>[] = [];
  private readonly byPiece = new Map<string, Candidate<Service>[]>();
  private readonly lengths: readonly number[];
  /** Which hashes pieces have: most places of an address are passed without cutting anything out of it. */
  private readonly marks: Uint8Array;

  constructor(expressions: readonly Candidate<Service>[]) {
    const shared = new Map<string, number>();
    const few = expressions.length <= FEW;
    if (!few) for (const { pattern } of expressions) for (const piece of pattern.expression!.pieces) shared.set(piece, (shared.get(piece) ?? 0) + 1);
    for (const candidate of expressions) {
      const rarest = few ? undefined : least(candidate.pattern.expression!.pieces, shared);
      const known = rarest === undefined ? this.always : this.byPiece.get(rarest);
      if (known === undefined) this.byPiece.set(rarest!, [candidate]);
      else known.push(candidate);
    }
    for (const candidates of [this.always, ...this.byPiece.values()]) candidates.sort(compare);
    this.marks = new Uint8Array(2 ** Math.ceil(Math.log2(16 * this.byPiece.size + 1)));
    for (const piece of this.byPiece.keys()) this.marks[hashAt(piece, 0, piece.length) & (this.marks.length - 1)] = 1;
    this.lengths = PIECES.filter((length) => [...this.byPiece.keys()].some((piece) => piece.length === length));
  }

  first(rest: string): Candidate<Service> | undefined {
    let best = this.always.find(({ pattern }) => pattern.expression!.matches(rest));
    const looked = new Set<string>();
    for (const length of this.lengths) {
      for (let at = 0; at + length <= rest.length; at += 1) {
        if (this.marks[hashAt(rest, at, length) & (this.marks.length - 1)] === 0) continue;
        const piece = rest.slice(at, at + length);
        const candidates = this.byPiece.get(piece);
        if (candidates === undefined || looked.has(piece)) continue;
        looked.add(piece);
        best = sooner(best, candidates.find((candidate) => (best === undefined || compare(candidate, best) < 0) && candidate.pattern.expression!.matches(rest)));
      }
    }
    return best;
  }
}

function least(pieces: readonly string[], shared: ReadonlyMap<string, number>): string | undefined {
  let [rarest] = pieces;
  for (const piece of pieces) if (shared.get(piece)! < shared.get(rarest!)!) rarest = piece;
  return rarest;
}

function hashAt(text: string, at: number, length: number): number {
  let hash = 0;
  for (let end = at + length, place = at; place < end; place += 1) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(place);
  return hash ^ (hash >>> 15);
}

import type { Branch, Node } from './java-regex.ts';

/** Whether some address is matched by both patterns: a walk through both at once, as far as they go on alike. */
export function overlaps(one: Pattern, other: Pattern): boolean {
  const waiting: [number, number][] = [[0, 0]];
  const seen = new Set<number>([0]);
  const visit = (a: number, b: number): void => {
    const pair = a * other.steps.length + b;
    if (seen.has(pair)) return;
    seen.add(pair);
    waiting.push([a, b]);
  };
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [a, b] = pair;
    if (a === END && b === END) return true;
    // Too large to be sure: then they are taken to overlap.
    if (seen.size > MOST_PAIRS) return true;
    for (const next of one.steps[a]!.free) visit(next, b);
    for (const next of other.steps[b]!.free) visit(a, next);
    for (const left of one.steps[a]!.moves) for (const right of other.steps[b]!.moves) if ((left.on & right.on) !== 0n) visit(left.to, right.to);
  }
  return false;
}

/** A pattern as states and moves between them; 0 is where it begins, 1 where it ends. */
export interface Pattern {
  readonly steps: readonly Step[];
}

interface Step {
  readonly free: number[];
  readonly moves: { readonly on: bigint; readonly to: number }[];
}

const END = 1;
const MOST_PAIRS = 50_000;
const MOST_STEPS = 2_000;

/** @returns null for one that needs too many states */
export function patternOf(branches: readonly Branch[]): Pattern | null {
  const builder = new Builder();
  return builder.build(branches) ? { steps: builder.steps } : null;
}

class Builder {
  readonly steps: Step[] = [step(), step()];

  build(branches: readonly Branch[]): boolean {
    for (const branch of branches) {
      const last = this.follow(branch, 0);
      if (last === null) return false;
      this.steps[last]!.free.push(END);
    }
    return true;
  }

  private add(): number | null {
    return this.steps.length >= MOST_STEPS ? null : this.steps.push(step()) - 1;
  }

  private follow(branch: Branch, from: number): number | null {
    return branch.reduce<number | null>((at, node) => (at === null ? null : this.one(node, at)), from);
  }

  private one(node: Node, from: number): number | null {
    if (node.kind === 'repeat') return this.repeat(node, from);
    const to = this.add();
    if (to === null) return null;
    if (node.kind !== 'choice') {
      this.steps[from]!.moves.push({ on: charactersOf(node), to });
      return to;
    }
    for (const branch of node.branches) {
      const last = this.follow(branch, from);
      if (last === null) return null;
      this.steps[last]!.free.push(to);
    }
    return to;
  }

  private repeat({ node, least, most }: Extract<Node, { kind: 'repeat' }>, from: number): number | null {
    let at: number | null = from;
    for (let count = 0; count < least && at !== null; count += 1) at = this.one(node, at);
    const out = this.add();
    if (at === null || out === null) return null;
    this.steps[at]!.free.push(out);
    if (most === Infinity) {
      const last = this.one(node, out);
      if (last === null) return null;
      this.steps[last]!.free.push(out);
      return out;
    }
    for (let count = least; count < most; count += 1) {
      at = this.one(node, at);
      if (at === null) return null;
      this.steps[at]!.free.push(out);
    }
    return out;
  }
}

function step(): Step {
  return { free: [], moves: [] };
}

/** A bit for each character that can stand in an address, letters of both cases as one. */
const ADDRESS = Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index));
const BITS = new Map(ADDRESS.map((char, index) => [char, 1n << BigInt(char === char.toLowerCase() ? index : ADDRESS.indexOf(char.toLowerCase()))]));
const ALL = ADDRESS.reduce((bits, char) => bits | BITS.get(char)!, 0n);

function charactersOf(node: Node): bigint {
  if (node.kind === 'char') return node.loose ? ALL : (BITS.get(node.char) ?? 0n);
  if (node.kind !== 'set') return ALL;
  const bits = [...node.chars].reduce((sum, char) => sum | (BITS.get(char) ?? 0n), 0n);
  return node.negated ? ALL & ~bits : bits;
}

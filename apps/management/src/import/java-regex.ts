/**
 * The regular expressions of Apereo's definitions, as far as Java and RE2 mean the same by them. Both are read without regard to case
 * by CAS, so sets are folded here; what only one of the two knows is refused, since passing it on could match more than it did.
 */
export type Node =
  | { readonly kind: 'char'; readonly char: string; readonly loose: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly chars: ReadonlySet<string> }
  | { readonly kind: 'choice'; readonly branches: readonly Branch[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };
export type Branch = readonly Node[];

export class NotCarriedOver extends Error {}

/** @throws NotCarriedOver in words that follow "has a pattern that …" */
export function readJavaRegex(source: string): readonly Branch[] {
  // Matching is without regard to case anyway.
  const reader = new Reader(source.replace(/^(\^?)\(\?i\)/, '$1'));
  return reader.whole().map(dotsOfNames);
}

/** Every match is of the whole text: anchors at its ends say nothing, and elsewhere nothing could match. */
export function unanchored(branches: readonly Branch[], first = true, last = true): readonly Branch[] {
  return branches.map((branch) => {
    const inner = branch.slice(first && branch[0]?.kind === 'start' ? 1 : 0, last && branch.length > 0 && branch.at(-1)!.kind === 'end' ? -1 : undefined);
    return inner.map((node, index) => {
      if (node.kind === 'start' || node.kind === 'end') throw new NotCarriedOver('has ^ or $ in its middle');
      if (node.kind === 'choice') return { ...node, branches: unanchored(node.branches, first && index === 0, last && index === inner.length - 1) };
      if (node.kind === 'repeat') return { ...node, node: unanchored([[node.node]], false, false)[0]![0]! };
      return node;
    });
  });
}

/** A text that is found anywhere is a whole text with anything around it, but where an anchor forbids it. */
export function found(branches: readonly Branch[], anywhereBefore: boolean): readonly Branch[] {
  return branches.map((branch) => [
    ...(branch[0]?.kind === 'start' || !anywhereBefore ? [] : [ANYTHING]),
    ...branch,
    ...(branch.at(-1)?.kind === 'end' ? [] : [ANYTHING]),
  ]);
}

export const ANYTHING: Node = { kind: 'repeat', node: { kind: 'any' }, least: 0, most: Infinity };

/** RE2's source for what was read. */
export function writeRe2(branch: Branch): string {
  return branch.map(written).join('');
}

export function writeRe2Choice(branches: readonly Branch[]): string {
  return branches.map(writeRe2).join('|');
}

function written(node: Node): string {
  switch (node.kind) {
    case 'char':
      return escaped(node.char);
    case 'any':
      return '.';
    case 'set':
      return `[${node.negated ? '^' : ''}${ranges(node.chars)}]`;
    case 'choice':
      return `(?:${writeRe2Choice(node.branches)})`;
    case 'repeat':
      return `${/^(?:\\?.|\[.*\]|\(.*\))$/s.test(written(node.node)) && node.node.kind !== 'repeat' ? written(node.node) : `(?:${written(node.node)})`}${times(node.least, node.most)}`;
    default:
      throw new NotCarriedOver('has ^ or $ in its middle');
  }
}

function times(least: number, most: number): string {
  if (least === 0 && most === Infinity) return '*';
  if (least === 1 && most === Infinity) return '+';
  if (least === 0 && most === 1) return '?';
  return `{${least}${most === least ? '' : most === Infinity ? ',' : `,${most}`}}`;
}

function escaped(char: string): string {
  return /[\\^$.|?*+()[\]{}]/.test(char) ? `\\${char}` : char;
}

function ranges(chars: ReadonlySet<string>): string {
  const codes = [...chars].map((char) => char.charCodeAt(0)).sort((a, b) => a - b);
  let text = '';
  for (let from = 0; from < codes.length; ) {
    let to = from;
    while (codes[to + 1] === codes[to]! + 1) to += 1;
    text += inSet(codes[from]!) + (to - from > 1 ? '-' : '') + (to > from ? inSet(codes[to]!) : '');
    from = to + 1;
  }
  return text;
}

function inSet(code: number): string {
  if (code < 0x20) return `\\x${code.toString(16).padStart(2, '0')}`;
  const char = String.fromCharCode(code);
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}

/** A dot between letters or digits is the dot of a name: `example.org`, `index.php`. Nobody means any character by it. */
function dotsOfNames(branch: Branch): Branch {
  return branch.map((node, index) => {
    if (node.kind === 'choice') return { ...node, branches: node.branches.map(dotsOfNames) };
    if (node.kind === 'repeat') return { ...node, node: dotsOfNames([node.node])[0]! };
    return node.kind === 'any' && isOfName(branch[index - 1]) && isOfName(branch[index + 1]) ? { kind: 'char', char: '.', loose: true } : node;
  });
}

function isOfName(node: Node | undefined): boolean {
  return node?.kind === 'char' && /[A-Za-z0-9]/.test(node.char);
}

export function hasLooseDot(branches: readonly Branch[]): boolean {
  return branches.some((branch) =>
    branch.some((node) => {
      if (node.kind === 'choice') return hasLooseDot(node.branches);
      return node.kind === 'repeat' ? hasLooseDot([[node.node]]) : node.kind === 'char' && node.loose;
    }),
  );
}

const DIGITS = span('0', '9');
const WORD = new Set([...span('a', 'z'), ...span('A', 'Z'), ...DIGITS, '_']);
const SPACE = new Set(['\t', '\n', '\v', '\f', '\r', ' ']);
const SHORTHANDS: Readonly<Record<string, { chars: ReadonlySet<string>; negated: boolean } | undefined>> = {
  d: { chars: DIGITS, negated: false },
  D: { chars: DIGITS, negated: true },
  w: { chars: WORD, negated: false },
  W: { chars: WORD, negated: true },
  s: { chars: SPACE, negated: false },
  S: { chars: SPACE, negated: true },
};

function span(from: string, to: string): Set<string> {
  return new Set(Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, index) => String.fromCharCode(from.charCodeAt(0) + index)));
}

const MOST_TIMES = 1_000;
const DEEPEST = 50;

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  whole(): readonly Branch[] {
    const branches = this.branches();
    if (this.at < this.source.length) throw new NotCarriedOver('closes a parenthesis that was not opened');
    return branches;
  }

  private branches(): readonly Branch[] {
    const branches = [this.branch()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      branches.push(this.branch());
    }
    return branches;
  }

  private branch(): Branch {
    const nodes: Node[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source[this.at]!)) {
      const node = this.quantified();
      // A group that repeats nothing and chooses nothing is what stands in it.
      if (node.kind === 'choice' && node.branches.length === 1) nodes.push(...node.branches[0]!);
      else nodes.push(node);
    }
    return nodes;
  }

  private quantified(): Node {
    const node = this.atom();
    const found = this.match(/(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})([?+]?)/y);
    if (found === null) return node;
    if (node.kind === 'start' || node.kind === 'end') throw new NotCarriedOver('repeats an anchor');
    if (found[5] === '+') throw new NotCarriedOver('repeats possessively');
    if (/[*+?{]/.test(this.source[this.at] ?? '')) throw new NotCarriedOver('repeats a repetition, as an Ant pattern would and a regular expression cannot');
    const [least, most] = bounds(found);
    if (least > most || least > MOST_TIMES || (most !== Infinity && most > MOST_TIMES)) throw new NotCarriedOver(`repeats ${found[0]} times`);
    return { kind: 'repeat', node, least, most };
  }

  private atom(): Node {
    const char = this.source[this.at]!;
    this.at += 1;
    if (char === '(') return this.group();
    if (char === '[') return this.set();
    if (char === '\\') return this.escape();
    if (char === '.') return { kind: 'any' };
    if (char === '^') return { kind: 'start' };
    if (char === '$') return { kind: 'end' };
    if (/[*+?{]/.test(char)) throw new NotCarriedOver(`repeats nothing by ${char}`);
    return { kind: 'char', char, loose: false };
  }

  private group(): Node {
    this.match(/\?(?::|<[A-Za-z][A-Za-z0-9]*>)/y);
    if (this.source[this.at] === '?') throw new NotCarriedOver('looks ahead or behind, sets a flag, or does what else (? begins');
    if (++this.depth > DEEPEST) throw new NotCarriedOver('is nested too deeply');
    const branches = this.branches();
    if (this.source[this.at] !== ')') throw new NotCarriedOver('opens a parenthesis that it does not close');
    this.at += 1;
    this.depth -= 1;
    return { kind: 'choice', branches };
  }

  private escape(): Node {
    const char = this.source[this.at];
    this.at += 1;
    const shorthand = SHORTHANDS[char ?? ''];
    if (shorthand !== undefined) return { kind: 'set', ...shorthand };
    if (char === undefined || /[A-Za-z0-9]/.test(char)) throw new NotCarriedOver(`uses \\${char ?? ''}`);
    return { kind: 'char', char, loose: false };
  }

  /** Java unites and intersects within brackets, which RE2 would take for characters: `[a[bc]]`, `[a-z&&[^b]]`. */
  private set(): Node {
    const negated = this.source[this.at] === '^';
    if (negated) this.at += 1;
    const chars = new Set<string>();
    let before: string | null = null;
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      const char = this.source[this.at];
      if (char === undefined) throw new NotCarriedOver('opens a bracket that it does not close');
      if (char === '[' || (first && char === ']') || this.source.startsWith('&&', this.at)) throw new NotCarriedOver('combines sets of characters within brackets');
      this.at += 1;
      if (char === '-' && before !== null && this.source[this.at] !== ']') {
        const to: string | ReadonlySet<string> = this.member(this.source[this.at++] ?? '');
        if (typeof to !== 'string' || to < before) throw new NotCarriedOver('has a range of characters that ends before it begins');
        for (const one of span(before, to)) chars.add(one);
        before = null;
        continue;
      }
      const member = this.member(char);
      for (const one of typeof member === 'string' ? [member] : member) chars.add(one);
      before = typeof member === 'string' ? member : null;
    }
    this.at += 1;
    return { kind: 'set', negated, chars: folded(chars) };
  }

  private member(char: string): string | ReadonlySet<string> {
    if (char === '[' || char === '') throw new NotCarriedOver('combines sets of characters within brackets');
    if (char !== '\\') return ascii(char);
    const next = this.source[this.at] ?? '';
    this.at += 1;
    const shorthand = SHORTHANDS[next];
    if (shorthand?.negated === false) return shorthand.chars;
    if (next === '' || /[A-Za-z0-9]/.test(next)) throw new NotCarriedOver(`uses \\${next} within brackets`);
    return ascii(next);
  }

  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.source);
    if (found !== null) this.at = expression.lastIndex;
    return found;
  }
}

function bounds([, sign, least, comma, most]: RegExpExecArray): readonly [number, number] {
  if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity];
  return [Number(least), comma === undefined ? Number(least) : most === '' ? Infinity : Number(most)];
}

function ascii(char: string): string {
  if (char > '\x7e' || char < ' ') throw new NotCarriedOver('has characters beyond ASCII within brackets');
  return char;
}

function folded(chars: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...chars].flatMap((char) => [char.toLowerCase(), char.toUpperCase()]));
}

/** What a file says, before anybody knows what it means. Whole numbers beyond 2^53 stay exact: Apereo's ids are Java longs. */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ReadonlyMap<string, Value>;

export class BrokenHjson extends Error {
  constructor(
    readonly line: number,
    what: string,
  ) {
    super(`line ${line}: ${what}`);
    this.name = 'BrokenHjson';
  }
}

const DEEPEST = 100;

/**
 * JSON as Apereo CAS reads it, which is Hjson: comments, keys and texts without quotes, commas that may be missing or trail, texts of
 * several lines between three quotes. A key that stands twice is refused, where CAS takes the last in silence.
 * @see https://hjson.github.io/syntax.html
 * @throws BrokenHjson
 */
export function readHjson(text: string): Value {
  return new Reader(text.replace(/^\uFEFF/, '')).document();
}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): Value {
    this.skip();
    if (this.at === this.text.length) throw this.broken('the file is empty');
    const value = this.text[this.at] === '{' || this.text[this.at] === '[' ? this.value() : this.members(null);
    this.skip();
    if (this.at < this.text.length) throw this.broken(`${this.here()} stands after the end`);
    return value;
  }

  private value(): Value {
    this.skip();
    const first = this.text[this.at];
    if (first === '{') return this.nested(() => this.members('}'));
    if (first === '[') return this.nested(() => this.elements());
    if (this.text.startsWith("'''", this.at)) return this.severalLines();
    if (first === '"' || first === "'") return this.quoted(first);
    return this.bare();
  }

  private nested(read: () => Value): Value {
    if (++this.depth > DEEPEST) throw this.broken(`is nested deeper than ${DEEPEST}`);
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private members(end: '}' | null): ReadonlyMap<string, Value> {
    const members = new Map<string, Value>();
    while (!this.ended(end)) {
      const key = this.key();
      this.skip();
      if (this.text[this.at] !== ':') throw this.broken(`a colon is missing after "${key}"`);
      if (members.has(key)) throw this.broken(`"${key}" stands twice in the same place`);
      this.at += 1;
      members.set(key, this.value());
      this.separator();
    }
    return members;
  }

  private elements(): readonly Value[] {
    const elements: Value[] = [];
    while (!this.ended(']')) {
      elements.push(this.value());
      this.separator();
    }
    return elements;
  }

  private ended(end: '}' | ']' | null): boolean {
    this.skip();
    if (this.at === this.text.length) {
      if (end !== null) throw this.broken(`the file ends before its ${end}`);
      return true;
    }
    if (this.text[this.at] !== end) return false;
    this.at += 1;
    return true;
  }

  private separator(): void {
    this.skip();
    if (this.text[this.at] === ',') this.at += 1;
  }

  private key(): string {
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.quoted(first);
    const name = this.match(/[^\s{}[\],:"']+/y);
    if (name === null) throw this.broken(`${this.here()} stands where a name should`);
    return name[0];
  }

  private quoted(quote: '"' | "'"): string {
    const found = this.match(quote === '"' ? /"((?:[^"\\\n\r]|\\.)*)"/y : /'((?:[^'\\\n\r]|\\.)*)'/y);
    if (found === null) throw this.broken('a text has no closing quote');
    return found[1]!.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (whole, code: string | undefined, character: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const meant = ESCAPES[character];
      if (meant === undefined) throw this.broken(`${whole} is no escape of JSON: a backslash itself is written \\\\`);
      return meant;
    });
  }

  /** The quotes' own column is the margin of every line; the first and last line break are not part of the text. */
  private severalLines(): string {
    const margin = this.at - (this.text.lastIndexOf('\n', this.at) + 1);
    const end = this.text.indexOf("'''", this.at + 3);
    if (end === -1) throw this.broken("a text has no closing '''");
    const text = this.text.slice(this.at + 3, end).replaceAll('\r\n', '\n');
    this.at = end + 3;
    return text.replace(/^[ \t]*\n/, '').replace(new RegExp(`^[ \\t]{0,${margin}}`, 'gm'), '').replace(/\n[ \t]*$/, '');
  }

  /** A number or word of JSON where what follows ends a value; anything else is a text up to the end of the line. */
  private bare(): Value {
    const literal = this.match(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[ \t]*(?:$|[\n\r,}\]#]|\/\/|\/\*))/y);
    if (literal !== null) return meaning(literal[0]);
    const text = this.match(/[^\s{}[\],:][^\n\r]*/y);
    if (text === null) throw this.broken(`${this.here()} stands where a value should`);
    return text[0].trimEnd();
  }

  private skip(): void {
    this.match(/(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/y);
  }

  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found !== null) this.at = expression.lastIndex;
    return found;
  }

  private here(): string {
    return this.at < this.text.length ? `"${this.text.slice(this.at, this.at + 10).split('\n')[0]}"` : 'the end of the file';
  }

  private broken(what: string): BrokenHjson {
    return new BrokenHjson(this.text.slice(0, this.at).split('\n').length, what);
  }
}

const ESCAPES: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function meaning(literal: string): Value {
  if (literal === 'null') return null;
  if (literal === 'true' || literal === 'false') return literal === 'true';
  const number = Number(literal);
  return /^-?\d+$/.test(literal) && !Number.isSafeInteger(number) ? BigInt(literal) : number;
}

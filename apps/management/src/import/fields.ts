import type { Value } from './hjson.ts';
import { type Remarks, type Weight } from './remarks.ts';

/**
 * One object of a definition. Whoever reads a field takes it; what nobody took is told in the end, so that nothing is dropped in
 * silence. Java's collections come as Jackson writes them: `["java.util.HashSet", [ … ]]`, `{"@class": "java.util.TreeMap", … }`.
 */
export class Fields {
  private readonly untaken: Map<string, Value>;

  constructor(
    values: ReadonlyMap<string, Value>,
    readonly path: string,
    readonly remarks: Remarks,
  ) {
    this.untaken = new Map(values);
  }

  /** The class without its package: packages moved from org.jasig.cas to org.apereo.cas. */
  className(): string {
    const name = this.take('@class');
    return typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : '';
  }

  named(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  names(): readonly string[] {
    return [...this.untaken.keys()];
  }

  /** @returns undefined where it is missing, and for null, which says the same to Jackson's readers. */
  take(name: string): Value | undefined {
    const value = this.untaken.get(name);
    this.untaken.delete(name);
    return value === undefined || value === null ? undefined : untyped(value);
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value === '' ? undefined : value;
    if (typeof value !== 'object') return String(value);
    this.remarks.add('lost', this.named(name), value, 'is not a text', 'write one');
    return undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (/^(?:true|false)$/i.test(String(value))) return String(value).toLowerCase() === 'true';
    this.remarks.add('lost', this.named(name), value, 'is neither true nor false', 'write one of the two');
    return undefined;
  }

  /** A single text counts as a list of one. */
  texts(name: string): readonly string[] {
    const value = this.take(name);
    const list = value === undefined ? [] : Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
    return list.map(untyped).flatMap((item) => {
      if (typeof item !== 'object') return [String(item)];
      if (item !== null) this.remarks.add('lost', this.named(name), item, 'is not a text', 'write one');
      return [];
    });
  }

  nested(name: string): Fields | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (value instanceof Map) return new Fields(value as ReadonlyMap<string, Value>, this.named(name), this.remarks);
    this.remarks.add('closed', this.named(name), value, 'is not an object, so nobody knows what it asks for', 'write it as Apereo documents it');
    return undefined;
  }

  /** The objects of a list, each with its place in its path. */
  nestedList(name: string): readonly Fields[] {
    const value = this.take(name);
    const list = Array.isArray(value) ? (value as readonly Value[]) : value === undefined ? [] : [value];
    return list.map(untyped).flatMap((item, index) => {
      const path = `${this.named(name)}[${index}]`;
      if (item instanceof Map) return [new Fields(item as ReadonlyMap<string, Value>, path, this.remarks)];
      this.remarks.add('lost', path, item, 'is not an object', 'write it as Apereo documents it');
      return [];
    });
  }

  /** Takes a field that is fine as long as it says what holds here anyway. */
  expect(name: string, neutral: readonly unknown[], weight: Weight, why: string, todo: string): void {
    const value = this.take(name);
    if (value === undefined) return;
    const empty = value === '' || (value instanceof Map ? [...value.keys()].every((key) => key === '@class') : Array.isArray(value) && value.length === 0);
    if (empty || neutral.some((one) => String(one).toLowerCase() === String(value).toLowerCase())) {
      this.remarks.add('same', this.named(name), value, 'says what holds here anyway');
    } else {
      this.remarks.add(weight, this.named(name), value, why, todo);
    }
  }

  /** Told last: what is left is not known to this import. */
  tellRest(weight: Weight = 'lost'): void {
    this.take('@class');
    for (const name of this.names()) {
      this.remarks.add(weight, this.named(name), this.untaken.get(name), 'is not known to this import', 'see what it does for you, and whether you still need it');
    }
    this.untaken.clear();
  }
}

function untyped(value: Value): Value {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const [type, inner] = value as readonly Value[] as readonly [Value, Value];
  return typeof type === 'string' && /^java\.[\w.]+\.[A-Z]\w*$/.test(type) ? inner : value;
}

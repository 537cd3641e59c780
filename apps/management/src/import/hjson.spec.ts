import { describe, expect, it } from '@jest/globals';
import { readHjson, type Value } from './hjson.ts';

const read = (text: string): unknown => plain(readHjson(text));
function plain(value: Value): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, Value>)].map(([key, inner]) => [key, plain(inner)]));
  return Array.isArray(value) ? (value as readonly Value[]).map(plain) : value;
}

describe('Hjson, as Apereo CAS reads its definitions (JSON Service Registry, "JSON Syntax")', () => {
  it('is JSON', () => {
    const json = { a: [1, -2.5, 1e3, true, false, null, '', 'é\n"\\/'], b: { c: {} } };
    expect(read(JSON.stringify(json, null, 2))).toEqual(json);
    expect(read(JSON.stringify(json))).toEqual(json);
  });

  it('has comments of three kinds, and commas that trail or are missing', () => {
    expect(read('/* one\n two */ {\n # three\n "a": 1 // four\n "b": [1,2,],\n}')).toEqual({ a: 1, b: [1, 2] });
  });

  it('has keys and texts without quotes; a text ends with its line', () => {
    expect(read('{ @class: a.B\n serviceId: ^https://a/.*, # all of it\n n: 5, t: true }')).toEqual({ '@class': 'a.B', serviceId: '^https://a/.*, # all of it', n: 5, t: true });
    expect(read("a: 'b'\nc: d")).toEqual({ a: 'b', c: 'd' });
  });

  it('has texts of several lines, whose margin is that of their quotes', () => {
    expect(read("{ a:\n  '''\n  one\n    two\n  '''\n}")).toEqual({ a: 'one\n  two' });
  });

  it('keeps whole numbers exact', () => {
    expect(read('{"id": 9007199254740995, "n": 12}')).toEqual({ id: 9007199254740995n, n: 12 });
  });

  it('cannot reach the prototype of anything', () => {
    expect(readHjson('{"__proto__": {"x": 1}}')).toEqual(new Map([['__proto__', new Map([['x', 1]])]]));
  });

  it.each([
    ['', 'line 1: the file is empty'],
    ['{"a": 1', 'line 1: the file ends before its }'],
    ['{"a": [1, 2}', 'line 1: "}" stands where a value should'],
    ['{\n "a": "b\n}', 'line 2: a text has no closing quote'],
    ['{"a" 1}', 'line 1: a colon is missing after "a"'],
    ['{"a": 1}\n}', 'line 2: "}" stands after the end'],
    ['{"a": "^https://a\\.b"}', 'line 1: \\. is no escape of JSON: a backslash itself is written \\\\'],
    ['{"a": 1,\n "a": 2}', 'line 2: "a" stands twice in the same place'],
    ["{a: '''b}", "line 1: a text has no closing '''"],
    ['['.repeat(200), 'line 1: is nested deeper than 100'],
  ])('%j is refused with its line', (text, message) => expect(() => readHjson(text)).toThrow(message));
});

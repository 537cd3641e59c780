import { describe, expect, it } from '@jest/globals';
import { readJavaRegex, unanchored } from './java-regex.ts';
import { overlaps, patternOf } from './overlap.ts';

const pattern = (source: string) => patternOf(unanchored(readJavaRegex(source)))!;
const both = (one: string, other: string): boolean => overlaps(pattern(one), pattern(other));

describe('two patterns', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'A', true],
    ['a', 'b', false],
    ['a*', 'b*', true],
    ['a+', 'b*', false],
    ['(a|b)c', 'b[^d]', true],
    ['a{2,3}', 'aaaa', false],
    ['a{2,}', 'aaaa', true],
    ['.*x', 'y.*', true],
    ['[^a]b', 'a.', false],
    ['https://a\\.org/.*', 'https://b\\.org/.*', false],
    ['https://.*\\.org/x', 'https?://a\\.org/(x|y)', true],
  ])('%s and %s', (one, other, expected) => {
    expect(both(one, other)).toBe(expected);
    expect(both(other, one)).toBe(expected);
  });

  it('overlap wherever some text is matched by both', () => {
    let seed = 3;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const pieces = ['a', 'b', '.', '[ab]', '[^a]', '(a|bc)', 'a*', '(ab)+', 'c?', 'b{2}', '.*', '(a|b)*'];
    const source = (): string => Array.from({ length: 1 + random(4) }, () => pieces[random(pieces.length)]).join('');
    const texts = ['a', 'b', 'c'].flatMap((x) => ['', 'a', 'b', 'c'].flatMap((y) => ['', 'a', 'b', 'bc'].flatMap((z) => ['', 'a', 'bb'].map((end) => x + y + z + end))));
    let shared = 0;
    let apart = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const [one, other] = [source(), source()];
      const [first, second] = [one, other].map((text) => new RegExp(`^(?:${text})$`, 'i')) as [RegExp, RegExp];
      const found = texts.find((text) => first.test(text) && second.test(text));
      if (found === undefined) apart += both(one, other) ? 0 : 1;
      else {
        shared += 1;
        if (!both(one, other)) throw new Error(`${one} and ${other} both match ${found}`);
      }
    }
    expect(shared).toBeGreaterThan(500);
    expect(apart).toBeGreaterThan(100);
  });
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sessionCopyKey } from '@latchkey/contracts';
import slotOf from 'cluster-key-slot';
import { COUNT, SWAP, TAKE_BOUND } from './scripts.ts';

const ROOT = new URL('../../../../', import.meta.url).pathname;
/** A template that begins like a key of the hot store: `thing:v1:`. */
const KEY = /`([a-z-]+:v\d+:[^`]*)`/g;

const keysInSource = ['apps', 'libs'].flatMap((part) =>
  readdirSync(join(ROOT, part)).flatMap((name) => {
    const source = join(ROOT, part, name, 'src');
    return readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.(spec|conformance|fixture)\./.test(file) && !/\b(testing|model)\//.test(file))
      .flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(KEY)].map(([, key]) => [`${part}/${name}`, key!] as const));
  }),
);

describe('keys of the hot store in a Redis Cluster (design §8: hash tags, one key a command)', () => {
  it('all of them are seen by this test', () => {
    expect(keysInSource.map(([, key]) => key.split(':')[0]).sort()).toEqual(['code', 'limit', 'pending', 'session', 'ticket', 'unknown-name']);
  });
  it.each(keysInSource)('%s: %s ends in one hash tag, which is what its thing is found by', (_where, key) => {
    expect(key).toMatch(/^[a-z-]+:v\d+:(?:\$\{[^{}]+\}:)?\{\$\{[^{}]+\}\}$/);
  });
  it('what belongs to one session lies in one slot, whatever else is in the key', () => {
    expect(slotOf(sessionCopyKey('main', 'abc'))).toBe(slotOf('anything:{abc}'));
  });
  it.each([SWAP, TAKE_BOUND, COUNT])('a script touches one key', ({ text }) => {
    expect(text).toContain('KEYS[1]');
    expect(text).not.toMatch(/KEYS\[(?!1\])/);
  });
});

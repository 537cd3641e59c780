import { describe, expect, it } from '@jest/globals';
import { newSealKey, seal, unseal, type SealKey } from './seal.ts';

const key = newSealKey();
const ring = (...keys: SealKey[]) => (id: string) => keys.find((candidate) => candidate.id === id);
const PLAIN = JSON.stringify({ v: 1, p: [['state', 'ünïcödé']] });

describe('a sealed value', () => {
  const sealed = seal(key, 'pending', 'interaction', PLAIN);

  it('opens for its purpose and context', () => {
    expect(unseal(ring(key), 'pending', 'interaction', sealed)).toBe(PLAIN);
  });

  it('does not open for another purpose, another context, or with the two shifted', () => {
    expect(unseal(ring(key), 'receipt', 'interaction', sealed)).toBeNull();
    expect(unseal(ring(key), 'pending', 'other', sealed)).toBeNull();
    expect(unseal(ring(key), 'pending\0interaction', '', sealed)).toBeNull();
  });

  it('is refused after any single bit was changed', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(unseal(ring(key), 'pending', 'interaction', changed.toString('base64url'))).toBeNull();
    }
  });

  it('is refused after any truncation', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(unseal(ring(key), 'pending', 'interaction', sealed.slice(0, length))).toBeNull();
    }
  });

  it.each(['=', ' ', '\n', '.', 'A', '%3D'])('has one spelling: %p appended is refused', (tail) => {
    expect(unseal(ring(key), 'pending', 'interaction', sealed + tail)).toBeNull();
  });

  it('has one spelling: base64 instead of base64url, and spare bits, are refused', () => {
    const odd = seal(key, 'p', 'c', 'xy');
    const last = odd.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const other of alphabet.replace(last, '')) {
      expect(unseal(ring(key), 'p', 'c', odd.slice(0, -1) + other)).toBeNull();
    }
  });

  it('is refused by another key, also by one of the same id', () => {
    expect(unseal(ring(newSealKey()), 'pending', 'interaction', sealed)).toBeNull();
    expect(unseal(ring({ id: key.id, secret: newSealKey().secret }), 'pending', 'interaction', sealed)).toBeNull();
  });

  it('opens after its key was replaced, as long as the old one is kept', () => {
    expect(unseal(ring(newSealKey(), key), 'pending', 'interaction', sealed)).toBe(PLAIN);
  });

  it('never looks the same twice', () => {
    expect(seal(key, 'p', 'c', PLAIN)).not.toBe(seal(key, 'p', 'c', PLAIN));
  });
});

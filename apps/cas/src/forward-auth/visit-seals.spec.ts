import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@latchkey/testing';
import { Receipts } from '../logout/receipts.ts';
import { VisitSeals } from './visit-seals.ts';

const KEY = Buffer.alloc(32, 1);
const PLACE = { origin: 'https://app.example', service: 'app' };
const VISIT = { sid: 'the-sid', subject: 'the-subject', ticket: 'ST-X' };

describe('the cookie of a protected host', () => {
  const clock = new FakeClock();
  const seals = new VisitSeals(KEY, clock, 60_000);
  const sealed = seals.seal(VISIT, PLACE);

  it('says at its own place whose visit it is, and tells nobody else', () => {
    expect(seals.open(sealed, PLACE)).toEqual(VISIT);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('the-');
  });
  it.each([
    ['another host', { ...PLACE, origin: 'https://wiki.example' }],
    ['another port', { ...PLACE, origin: 'https://app.example:8443' }],
    ['the same host without TLS', { ...PLACE, origin: 'http://app.example' }],
    ['another service of the host', { ...PLACE, service: 'admin' }],
  ])('opens nothing at %s', (_where, place) => expect(seals.open(sealed, place)).toBeNull());
  it('is nothing else that we seal with the same key, nor the other way round', () => {
    expect(new Receipts(KEY, clock).open(sealed)).toBeNull();
    expect(seals.open(new Receipts(KEY, clock).seal('the-sid'), PLACE)).toBeNull();
  });
  it('cannot be made or changed elsewhere', () => {
    const changed = Buffer.from(sealed, 'base64url');
    changed[20]! ^= 1;
    for (const odd of ['', 'x', 'A'.repeat(200), sealed.slice(0, -4), changed.toString('base64url')]) expect(seals.open(odd, PLACE)).toBeNull();
    expect(new VisitSeals(Buffer.alloc(32, 2), clock, 60_000).open(sealed, PLACE)).toBeNull();
  });
  it('ends with its time', () => {
    clock.advance(60_000);
    expect(seals.open(sealed, PLACE)).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { serviceMatcher } from '@latchkey/cas-protocol';
import type { Services } from '../services/services.ts';
import { hiddenFields, purposeOf } from './purpose.ts';

const matcher = serviceMatcher([
  { id: 'shop', urls: ['https://shop.example/'], match: 'exact' as const, name: 'Shop', enabled: true },
  { id: 'closed', urls: ['https://closed.example/'], match: 'exact' as const, name: 'Closed', enabled: false },
]);
const services = { match: (address: string) => matcher.find(address), isOpen: ({ enabled }: { enabled: boolean }) => enabled } as unknown as Services;
const of = (query: string) => purposeOf(new URLSearchParams(query), services);
const refusal = (query: string) => {
  try {
    return of(query);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('what somebody came to /cas/login for (CAS 3.0 §2.1.1)', () => {
  it('a registered service', () => expect(of('service=https%3A%2F%2Fshop.example%2F&renew=true')).toMatchObject({ kind: 'service', renew: true }));
  it('nothing', () => expect(of('')).toEqual({ kind: 'nothing', renew: false }));
  it('a page of our own, by name and never by address', () => {
    expect(of('then=account')).toMatchObject({ path: '/account' });
    for (const then of ['https://evil.example', '//evil.example', '/account', 'nowhere', '__proto__', 'constructor']) {
      expect(of(`then=${encodeURIComponent(then)}`)).toMatchObject({ kind: 'nothing' });
    }
  });
  it('a pending authorization request, by the interaction it begins with', () =>
    expect(of('pending=abcdefghijklmnopqrstuv.sealed')).toMatchObject({ kind: 'pending', interaction: 'abcdefghijklmnopqrstuv' }));

  it.each([
    ['service=https://evil.example/', 'service_not_registered'],
    ['service=https://shop.example/..', 'service_not_registered'],
    ['service=javascript:alert(1)', 'service_not_registered'],
    ['service=https://closed.example/', 'service_disabled'],
    ['pending=nonsense', 'pending_unknown'],
    ['pending=a.b&then=account', 'invalid_request'],
    ['service=https://shop.example/&then=account', 'invalid_request'],
    ['service=https://shop.example/&pending=abcdefghijklmnopqrstuv.x', 'invalid_request'],
    ['service=https://shop.example/&service=https://shop.example/', 'INVALID_REQUEST'],
    ['pending=a.b&pending=a.b', 'invalid_request'],
    ['then=account&then=account', 'invalid_request'],
  ])('%s is refused: %s', (query, code) => expect(refusal(query)).toBe(code));

  it('the form carries the same purpose', () => {
    for (const query of ['service=https%3A%2F%2Fshop.example%2F&renew=true', 'then=password', 'pending=abcdefghijklmnopqrstuv.x&renew=true', '']) {
      const purpose = of(query);
      expect(purposeOf(hiddenFields(purpose), services)).toEqual(purpose);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@latchkey/testing';
import { KnownVisitors } from './known-visitors.ts';

const person = (over: object = {}) => ({ subject: 's', username: 'ada', name: 'Ada', attributes: {}, groups: ['staff'], enabled: true, createdAt: '', updatedAt: '', ...over });

describe('what is remembered of a person', () => {
  it('is read once in half a minute, however many ask at once, and then anew', async () => {
    const clock = new FakeClock();
    let reads = 0;
    const visitors = new KnownVisitors({ bySubject: async () => person({ groups: [`read ${++reads}`] }) }, clock);
    const groups = async () => (await visitors.find('s'))?.groups;
    expect(await Promise.all([groups(), groups(), groups()])).toEqual([['read 1'], ['read 1'], ['read 1']]);
    clock.advance(29_999);
    expect(await groups()).toEqual(['read 1']);
    clock.advance(1);
    expect(await groups()).toEqual(['read 2']);
  });
  it('is not a failure to read (INV-9)', async () => {
    let away = true;
    const visitors = new KnownVisitors({ bySubject: async () => (away ? Promise.reject(new Error('away')) : person()) }, new FakeClock());
    await expect(visitors.find('s')).rejects.toThrow('away');
    away = false;
    expect(await visitors.find('s')).toMatchObject({ username: 'ada' });
  });
  it('nobody who is disabled or gone', async () => {
    expect(await new KnownVisitors({ bySubject: async () => person({ enabled: false }) }, new FakeClock()).find('s')).toBeNull();
    expect(await new KnownVisitors({ bySubject: async () => null }, new FakeClock()).find('s')).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { dayOf, monthAfter, readMonth, weeksOf } from './month.ts';

describe('a month', () => {
  it('is laid out in whole weeks from Monday', () => {
    expect(weeksOf('2026-11')).toHaveLength(6);
    expect(weeksOf('2026-11')[0]?.[0]).toBe('2026-10-26');
    expect(weeksOf('2026-11').at(-1)?.at(-1)).toBe('2026-12-06');
    expect(weeksOf('2027-02')).toHaveLength(4);
    expect(weeksOf('2028-02').flat()).toContain('2028-02-29');
  });

  it('has a month before and after across the year', () => {
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
  });

  it('is read only when it is one', () => {
    expect(['2026-13', '2026-1', 'x', '', undefined].map(readMonth)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(readMonth('2026-11')).toBe('2026-11');
  });
});

describe('the day of an evening', () => {
  it('is the day at its own place', () => {
    const late = new Date('2026-11-26T23:30:00Z');
    expect(dayOf(late, 'Europe/London')).toBe('2026-11-26');
    expect(dayOf(late, 'Europe/Berlin')).toBe('2026-11-27');
  });
});

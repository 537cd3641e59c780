import { describe, expect, it } from '@jest/globals';
import { casConfig } from './config.ts';

describe('used tickets are remembered longer than any session lives: what it entered hears of its end (INV-3)', () => {
  // Both limits of a session that is remembered, and the one of any other (session-store), are at most 90 days.
  const longest = Number(casConfig.parse({ LATCHKEY_REMEMBER_DAYS: '90' }).LATCHKEY_REMEMBER_DAYS);
  it('unless it is said otherwise', () => expect(casConfig.parse({}).LATCHKEY_VISIT_DAYS).toBeGreaterThan(longest));
  it('and no less can be said', () => expect(casConfig.safeParse({ LATCHKEY_VISIT_DAYS: String(longest) }).success).toBe(false));
});

import { describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from './errors.ts';
import { Reachability } from './reachability.ts';

describe('nothing is issued while the truth cannot be read (INV-9)', () => {
  const asked: string[] = [];
  let now = 0;
  const fresh = (): Reachability => {
    asked.length = 0;
    now = 5_000;
    return new Reachability('here', () => now);
  };
  const answers = async (): Promise<void> => void asked.push('answered');
  const away = async (): Promise<void> => {
    asked.push('away');
    throw new DatabaseUnavailable('unreachable', 'here', 'away');
  };

  it('who was heard within a second is not asked', async () => {
    const truth = fresh();
    truth.heard();
    now += 1_000;
    await truth.assert(away);
    expect(asked).toEqual([]);
  });
  it('who was not heard for longer is asked, once for all who want to know', async () => {
    const truth = fresh();
    truth.heard();
    now += 1_001;
    await Promise.all([truth.assert(answers), truth.assert(answers)]);
    expect(asked).toEqual(['answered']);
  });
  it('who was lost is asked at once, and is away until heard again', async () => {
    const truth = fresh();
    truth.heard();
    truth.lost();
    await expect(truth.assert(away)).rejects.toThrow(DatabaseUnavailable);
    await expect(truth.assert(away)).rejects.toThrow(DatabaseUnavailable);
    await truth.assert(answers);
  });
  it('who says nothing at all is away after a second', async () => {
    await expect(fresh().assert(() => new Promise(() => {}))).rejects.toThrow('did not answer within 1000 ms');
  });
});

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RULES } from './cas/rules.ts';
import { openSession, type Result, type Session } from './cas/runner.ts';
import { readTarget } from './cas/target.ts';
import { SHAPE } from './platform/deploy.ts';

const target = readTarget(fileURLToPath(new URL(`./cas/targets/latchkey${SHAPE === 'split' ? '-split' : ''}.yaml`, import.meta.url)), RULES.map(({ id }) => id));

describe('CAS Protocol 3.0.3, by the conformance suite', () => {
  let session: Session;
  const results: Result[] = [];
  beforeAll(async () => {
    session = await openSession(target, () => undefined);
  }, 180_000);
  afterAll(() => session?.close());

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s', async (_id, rule) => {
    const result = await session.run(rule);
    results.push(result);
    const missing = rule.needs.find((feature) => feature in target.notSupported);
    const wanted = missing !== undefined ? 'not supported' : rule.id in target.deviations ? 'failed' : 'passed';
    expect([result.outcome, result.outcome === wanted ? '' : result.reason]).toEqual([wanted, '']);
  });

  it('every rule was run', () => expect(results.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id)));
});

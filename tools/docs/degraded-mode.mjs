import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { generated, table } from './rooms.mjs';

/** The table that conformance/degraded-mode holds the product against, for people. */
export function degradedModeDocument() {
  const { operations, conditions } = JSON.parse(readFileSync(path.join(root, 'conformance', 'degraded-mode', 'contract.json'), 'utf8'));
  const names = Object.keys(operations);
  return [
    generated('conformance/degraded-mode/contract.json'),
    '# What works while something is away',
    '',
    'Each line is a test on real servers (`npm test -- conformance/degraded-mode`): it takes away what the line says, tries everything, gives',
    'it back, and waits until everything works again without a restart of a room. *Refused* means an answer that says so (a status of 5xx,',
    '`INTERNAL_ERROR` of CAS): nothing was issued, and nothing is reported as done that is not. Whatever was refused can be tried again.',
    '',
    table(
      ['what is away', 'refused', 'works', 'logouts reach applications', ''],
      conditions.map(({ what, how, refused, late = [], note = '' }) => [
        `**${what}**: ${how}`,
        refused.length === 0 ? 'nothing' : list(refused.map((name) => operations[name])),
        list(names.filter((name) => !refused.includes(name)).map((name) => operations[name])) || 'nothing',
        reach(refused, late),
        note,
      ]),
    ),
  ].join('\n');
}

const list = (items) => items.join('; ');

function reach(refused, late) {
  if (refused.includes('signOut')) return 'when the sign-out was answered';
  return late.length === 0 ? 'within 10 s' : 'CAS within 10 s, OpenID Connect within 10 s after it is back';
}

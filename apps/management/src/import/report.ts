import type { Converted } from './definition.ts';
import type { Definition } from './read-definitions.ts';
import type { Remark, Untranslatable, Weight } from './remarks.ts';

export interface Outcome {
  readonly definition: Definition;
  readonly converted: Converted | null;
  readonly refusal: Untranslatable | null;
}

const WEIGHTS: readonly Weight[] = ['closed', 'lost', 'changed', 'same'];

const LEGEND = `- closed: a condition for getting in has no counterpart, so the service is written with \`enabled: false\`
- lost: has no counterpart
- changed: was converted to something that is not quite the same
- same: says what holds here anyway`;

const FOR_ALL = `- CAS compared addresses without regard to case. Here scheme and host are in lower case, as browsers send them, and the rest counts byte by byte.
- An address is refused that two programs could read differently: with a fragment, a user part, a dot segment, an encoded slash or dot.
- Attributes are those that people have here, under the names that they have here.
- A default bundle of attributes, and whatever else stood in the properties of the server and not in a definition, was not read.`;

export interface Whole {
  /** Files that are no definitions. */
  readonly notRead: readonly string[];
  /** Every service got a number, since some had the same. */
  readonly numbered: boolean;
  /** Definitions were looked at two by two. */
  readonly compared: boolean;
}

/** For whoever has to decide what happens to it: every field of every file is a line here, or a line of the file that was made. */
export function writeReport(outcomes: readonly Outcome[], whole: Whole): string {
  const refused = outcomes.filter(({ refusal }) => refusal !== null);
  const { notRead } = whole;
  return [
    '# Services taken over from Apereo CAS',
    `${counted(outcomes.length, 'file')} read; ${refused.length === 0 ? 'all converted' : `${refused.length} not converted`}.`,
    LEGEND,
    '## What holds for all',
    [FOR_ALL, ...orders(whole)].join('\n'),
    ...(notRead.length === 0 ? [] : ['## Files that were not read', notRead.map((file) => `- ${file}: is no .json file`).join('\n')]),
    ...(refused.length === 0 ? [] : ['## Not converted', refused.map(refusalLine).join('\n')]),
    ...outcomes.flatMap(section),
  ].join('\n\n') + '\n';
}

function orders({ numbered, compared }: Whole): readonly string[] {
  return [
    ...(numbered ? ['- CAS went by name where two definitions of the same evaluationOrder match an address, and Latchkey goes by the more exact one. So every service got a number, in the order in which CAS asked them.'] : []),
    ...(compared ? [] : ['- There are too many definitions to look for those that match the same address. CAS went by name where their evaluationOrder is the same, and Latchkey goes by the more exact one.']),
  ];
}

function refusalLine({ definition: { file, name }, refusal }: Outcome): string {
  return `- ${file} (${name}): ${line({ field: refusal!.field, value: refusal!.value, why: refusal!.why, todo: refusal!.todo })}`;
}

function section({ definition: { file, name }, converted }: Outcome): readonly string[] {
  if (converted === null) return [];
  const ids = converted.services.map(({ id, enabled }) => `\`${id}\`${enabled === false ? ' (disabled)' : ''}`).join(' and ');
  const remarks = [...converted.remarks].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const lines = remarks.map((remark) => `- ${remark.weight}: ${line(remark)}`);
  return [`## ${file} (${name}): ${ids}`, lines.length === 0 ? 'Everything was converted.' : lines.join('\n')];
}

function line({ field, value, why, todo }: Pick<Remark, 'field' | 'value' | 'why' | 'todo'>): string {
  return `${field}${value === '' ? '' : ` \`${value.replaceAll('`', "'")}\``}: ${why}.${todo === '' ? '' : ` To do: ${todo}.`}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

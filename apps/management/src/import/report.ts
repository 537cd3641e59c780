import type { Converted } from './definition.ts';
import type { Remark, Untranslatable, Weight } from './remarks.ts';

export interface Outcome {
  readonly file: string;
  readonly name: string;
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

/** For whoever has to decide what happens to it: every field of every file is a line here, or a line of the file that was made. */
export function writeReport(outcomes: readonly Outcome[], notRead: readonly string[]): string {
  const refused = outcomes.filter(({ refusal }) => refusal !== null);
  return [
    '# Services taken over from Apereo CAS',
    `${counted(outcomes.length, 'file')} read; ${refused.length === 0 ? 'all converted' : `${refused.length} not converted`}.`,
    LEGEND,
    '## What holds for all',
    FOR_ALL,
    ...(notRead.length === 0 ? [] : ['## Files that were not read', notRead.map((file) => `- ${file}: is no .json file`).join('\n')]),
    ...(refused.length === 0 ? [] : ['## Not converted', refused.map(refusalLine).join('\n')]),
    ...outcomes.flatMap(section),
  ].join('\n\n') + '\n';
}

function refusalLine({ file, name, refusal }: Outcome): string {
  return `- ${file} (${name}): ${line({ ...refusal!, why: refusal!.why })}`;
}

function section({ file, name, converted }: Outcome): readonly string[] {
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

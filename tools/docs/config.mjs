import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { built, generated, rooms, table } from './rooms.mjs';

const { z } = createRequire(path.join(root, 'libs', 'runtime', 'package.json'))('zod');

export async function configDocument() {
  const { processConfig, splitConfig } = await built('libs/runtime');
  const shared = new Set(Object.keys(processConfig.shape));
  return [
    generated("the rooms' settings schemas"),
    '# Settings',
    '',
    'Environment variables, read once at start; all that is wrong with them is reported together. Each may be given as `NAME_FILE`',
    'instead, naming a file that holds the value. `npm start` makes the keys it needs by itself and keeps them in `.latchkey/`.',
    '',
    '## Every process',
    '',
    settings(processConfig),
    '## Every room that runs in a process of its own',
    '',
    settings(splitConfig, new Set([...shared].filter((name) => name !== 'REDIS_URL'))),
    ...(await rooms()).map(({ room, config }) => [`## ${room}`, '', settings(config, shared)].join('\n')),
  ].join('\n');
}

function settings(schema, without = new Set()) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  const rows = Object.entries(properties)
    .filter(([name]) => !without.has(name))
    .map(([name, property]) => [`\`${name}\``, defaultOf(schema.shape[name], property, required.includes(name)), limits(property), property.description ?? '']);
  return rows.length === 0 ? 'None of its own.\n' : table(['name', 'default', 'from, to', ''], rows);
}

function defaultOf(field, property, required) {
  const value = field.safeParse(undefined);
  if (value.success && value.data !== undefined) {
    const text = Array.isArray(value.data) ? value.data.join(',') : String(value.data);
    return text === '' ? 'none' : `\`${text}\``;
  }
  return value.success ? '' : required ? '**required**' : '';
}

function limits({ enum: values, minimum, maximum }) {
  if (values) return values.map((value) => `\`${value}\``).join(' ');
  const safe = (value) => (value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? '' : value);
  return [safe(minimum), safe(maximum)].filter((value) => value !== '').join(' to ');
}

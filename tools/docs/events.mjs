import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { built, generated, table } from './rooms.mjs';

const { z } = createRequire(path.join(root, 'libs', 'contracts', 'package.json'))('zod');

export async function eventsDocument() {
  const { EVENTS, STREAMS, STREAM_DAYS, topicOf } = await built('libs/contracts');
  const overview = EVENTS.map((event) => [
    `[\`${event.name}\`](#${anchor(event)}) v${event.version}`,
    `\`${topicOf(event)}\``,
    `\`${event.key}\``,
    [event.producer].flat().join(', '),
    event.consumers.join(', ') || 'nobody',
  ]);
  return [
    generated('libs/contracts/src/events'),
    '# Events',
    '',
    'Facts that already happened, told over Kafka (or directly, where there is none). Nobody waits for them and no order is promised.',
    '',
    table(['event', 'topic', 'partition key', 'told by', 'heard by'], overview),
    '## Topics',
    '',
    'A room makes what is missing when it first reaches the brokers, with a replication factor of 3 (or as many brokers as there are) and, from three brokers on, `min.insync.replicas` 2. It changes nothing that is there: it logs a warning that says what to alter.',
    '',
    table(['stream', 'partitions', 'keeps', 'because'], Object.entries(STREAMS).map(([name, { partitions, keeps, because }]) => [`\`${name}\``, partitions, keeps === 'latest' ? 'the newest of each key (compacted)' : `${STREAM_DAYS} days`, because])),
    ...EVENTS.map(section),
  ].join('\n');
}

const anchor = ({ name, version }) => `${name.replaceAll('.', '')}-v${version}`;

function section(event) {
  const { properties, required = [] } = z.toJSONSchema(event.schema, { io: 'output' });
  const fields = Object.entries(properties).map(([name, schema]) => [`\`${name}\``, typeOf(schema), required.includes(name) ? '' : 'optional', schema.description ?? '']);
  return [`## ${event.name} v${event.version}`, '', table(['field', 'type', '', ''], fields)].join('\n');
}

function typeOf(schema) {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
  return schema.type ?? 'anything';
}

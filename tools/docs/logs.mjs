import { built, generated, table } from './rooms.mjs';

export async function logsDocument() {
  const { SECURITY_EVENTS } = await built('libs/runtime');
  const events = Object.entries(SECURITY_EVENTS);
  return [
    generated('libs/runtime/src/telemetry/security-events.ts'),
    '# Logs',
    '',
    'One JSON object a line on standard output, with `time` in UTC, `level` (20 debug, 30 info, 40 warn, 50 error), `room` and `msg`. What',
    'belongs to a request, an event or a delivery carries `trace` and `span` of W3C Trace Context; the support code that an error page shows',
    'is the first 12 characters of `trace`. `LATCHKEY_LOG_LEVEL` sets the least level.',
    '',
    'Lines with `log` have stable names and fields. All others are sentences for people and may change.',
    '',
    '## `"log":"request"`',
    '',
    'Each request that a room answered: `method`, `route` (the pattern of the route, never the address), `status` and `ms`. Level info; what',
    'rooms ask each other is debug. Health and metrics are not requests of a room.',
    '',
    '## `"log":"security"`',
    '',
    'What whoever watches over the installation must hear of. `warn` is what only an attack, a thief or a fault does.',
    '',
    table(['`event`', 'level', 'by', ''], events.map(([name, { level, by, help }]) => [`\`${name}\``, level, by, help])),
    '### Fields',
    '',
    table(['`event`', 'fields'], events.map(([name, { fields }]) => [`\`${name}\``, Object.entries(fields).map(fieldOf).join('<br>')])),
    'A mark is a short hash under a key of the installation: equal values have equal marks, and the value cannot be told from it.',
    '',
    '## What is never written',
    '',
    'Passwords, tickets, codes, tokens, cookies, form tokens, client secrets and keys; `conformance/logs-hold-no-secrets.spec.ts` drives a',
    'whole walk at level debug and looks. One line holds a secret on purpose: while there is no administrator, a management room that runs',
    'apart logs the one-time link that makes the first (`setupUrl`). Control characters and those that turn text round are escaped.',
    '',
  ].join('\n');
}

const fieldOf = ([field, { as, help }]) => `\`${field}\` ${help}${as === 'marked' ? '; written as a mark' : ''}`;

import { built, generated, table } from './rooms.mjs';

export async function metricsDocument() {
  const { METRICS } = await built('libs/runtime');
  const all = Object.entries(METRICS);
  return [
    generated('libs/runtime/src/telemetry/metrics.ts'),
    '# Metrics',
    '',
    'For Prometheus, at `GET /metrics` of the internal port of each room; where all rooms run in one process, on `LATCHKEY_METRICS_PORT`.',
    'It asks for no credential, so nobody but the scraper may reach it. Gauges are read at the scrape: what cannot be read within two',
    'seconds is absent from it and counted in `latchkey_collect_failures_total`. Besides these there are the `process_*` and `nodejs_*`',
    'metrics of prom-client.',
    '',
    'Labels have few values, and none of them is what a person or an application sent.',
    '',
    table(['metric', 'type', 'labels', ''], all.map(([name, { kind, labels, help }]) => [`\`${name}\``, kind, Object.keys(labels).map((label) => `\`${label}\``).join(' '), help])),
    '## Labels',
    '',
    table(['metric', 'label', 'values'], all.flatMap(([name, { labels }]) => Object.entries(labels).filter(([label]) => label !== 'room').map(([label, bounds]) => [`\`${name}\``, `\`${label}\``, valuesOf(bounds)]))),
    '`room` is the room that measures.',
    '',
  ].join('\n');
}

const valuesOf = (bounds) => (typeof bounds === 'string' ? bounds : bounds.map((value) => `\`${value}\``).join(' '));

import type { Room } from '@latchkey/contracts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Collector } from './collector.ts';
import type { Metric } from './metric.ts';
import { METRICS, type Metrics } from './metrics.ts';

/** The one registry of a process, and its text for Prometheus. */
export interface ProcessMetrics {
  ofRoom(room: Room): Metrics;
  readonly contentType: string;
  /** Never fails: what cannot be read in time is absent. */
  text(): Promise<string>;
}

type Labels = Record<string, string>;

export function processMetrics(options: { defaults?: boolean } = {}): ProcessMetrics {
  const registry = new Registry();
  if (options.defaults ?? true) collectDefaultMetrics({ register: registry });
  const made = Object.fromEntries(Object.entries(METRICS as Record<string, Metric>).map(([name, metric]) => [name, make(name, metric, registry)]));
  const collectors: Collector[] = [];
  let collecting: Promise<string> | undefined;

  const collect = async (): Promise<string> => {
    await Promise.all(collectors.map((collector) => collector.collect()));
    return registry.metrics();
  };
  return {
    ofRoom: (room) => {
      const labelled = (name: string, labels: Labels = {}): Labels => ('room' in (METRICS as Record<string, Metric>)[name]!.labels ? { room, ...labels } : labels);
      return {
        count: (name, ...labels) => (made[name] as Counter).inc(labelled(name, labels[0] as Labels | undefined)),
        observe: (name, value, ...labels) => (made[name] as Histogram).observe(labelled(name, labels[0] as Labels | undefined), value),
        collect: (part, read) => {
          collectors.push(
            new Collector({
              read,
              gauge: (name) => made[name] as Gauge,
              labelled,
              failed: () => (made['latchkey_collect_failures_total'] as Counter).inc({ room, part }),
            }),
          );
        },
      };
    },
    contentType: registry.contentType,
    /** Scrapes that come together share one look. */
    text: () => {
      collecting ??= collect().finally(() => (collecting = undefined));
      return collecting;
    },
  };
}

function make(name: string, { kind, help, labels, buckets }: Metric, registry: Registry): Counter | Gauge | Histogram {
  const settings = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  if (kind === 'counter') return new Counter(settings);
  if (kind === 'gauge') return new Gauge(settings);
  return new Histogram({ ...settings, buckets: [...(buckets ?? [])] });
}

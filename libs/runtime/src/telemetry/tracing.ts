import type { Room } from '@latchkey/contracts';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { Spans } from './spans.ts';

const number = z.coerce.number().min(0).max(1);

/** Settings of traces, by the names that OpenTelemetry gives them. */
export const tracingConfig = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional().describe('Collector that takes OTLP over HTTP, in JSON; `/v1/traces` is added. Absent: no traces, and none of their code is loaded'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional().describe('The same for traces alone, taken as it is'),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional().describe('Headers for the collector: name=value, comma-separated, values percent-encoded'),
  OTEL_TRACES_SAMPLER: z
    .enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])
    .default('parentbased_always_on')
    .describe('Which traces are recorded. What a browser or application says of it is not heard: traces begin at our door'),
  OTEL_TRACES_SAMPLER_ARG: number.default(1).describe('The share of traces, for a sampler of a ratio'),
});
export type TracingConfig = z.output<typeof tracingConfig>;

/** The traces of one process. */
export interface ProcessTracing {
  ofRoom(room: Room): Spans;
  /** Sends what is recorded, for some seconds at most. */
  close(): Promise<void>;
}

/** Null where no collector is named. */
export async function openTracing(config: TracingConfig, logger: Logger): Promise<ProcessTracing | null> {
  const url = config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? tracesUnder(config.OTEL_EXPORTER_OTLP_ENDPOINT);
  if (url === undefined) return null;
  // Loaded only here: the SDK is memory that a process without traces does not pay for.
  const { exportingTracing } = await import('./exporting-tracing.ts');
  return exportingTracing({ url, headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS), sampler: config.OTEL_TRACES_SAMPLER, share: config.OTEL_TRACES_SAMPLER_ARG }, logger);
}

function tracesUnder(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, '')}/v1/traces`;
}

function headersOf(list = ''): Record<string, string> {
  const pairs = list.split(',').map((pair) => pair.trim()).filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim())]));
}

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Context, type Span as OtelSpan, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import type { TraceContext } from '../trace.ts';
import type { Span, SpanStart, Spans } from './spans.ts';
import type { ProcessTracing, TracingConfig } from './tracing.ts';

export interface ExportingOptions {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly sampler: TracingConfig['OTEL_TRACES_SAMPLER'];
  /** For a sampler of a ratio. */
  readonly share: number;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;
const SEND_MS = 5_000;

/** Spans of OpenTelemetry under our own trace context, sent by OTLP in the background. Nothing of it is global. */
export function exportingTracing(options: ExportingOptions, logger: Logger): ProcessTracing {
  const exporter = new OTLPTraceExporter({ url: options.url, headers: options.headers, timeoutMillis: SEND_MS });
  const processor = new BatchSpanProcessor({ exporter: saying(exporter, options.url, logger), scheduledDelayMillis: 2_000, exportTimeoutMillis: SEND_MS });
  const sampler = samplerOf(options);
  return {
    ofRoom: (room) => {
      const resource = resourceFromAttributes({ 'service.name': `latchkey-${room}`, 'service.namespace': 'latchkey' });
      return spansOf(new TracerProvider({ resource, sampler, spanProcessors: [processor] }));
    },
    close: async () => void (await processor.shutdown().catch(() => {})),
  };
}

function spansOf(provider: TracerProvider): Spans {
  const tracer = provider.getTracer('latchkey');
  return {
    start: ({ name, kind, attributes, link }: SpanStart, parent) => {
      const links = link ? [{ context: spanContext(link) }] : [];
      return ours(tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes }, links }, under(parent)));
    },
  };
}

function under(parent: TraceContext | null): Context {
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext(parent));
}

function spanContext({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

/** Of a failure only its kind is said: messages may quote what was sent. */
function ours(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    context: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
    end: (attributes, failure) => {
      if (attributes !== undefined) span.setAttributes({ ...attributes });
      if (failure !== undefined) {
        const type = failure instanceof Error ? failure.name : String(failure);
        span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

function samplerOf({ sampler, share }: ExportingOptions): Sampler {
  const roots: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(share),
  };
  const root = roots[sampler.replace(/^parentbased_/, '')]!();
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

/** A collector that is away is said once, and once more when it is back. */
function saying(exporter: SpanExporter, url: string, logger: Logger): SpanExporter {
  let away = false;
  return {
    export: (spans: ReadableSpan[], done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== 0;
        if (failed && !away) logger.warn({ err: result.error, url }, 'Traces cannot be sent; they are lost until the collector is back');
        if (!failed && away) logger.info({ url }, 'Traces are sent again');
        away = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

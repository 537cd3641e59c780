import { inTrace, newSpanId, newTraceId, type TraceContext } from '../trace.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** Made of names that the code has: a span holds nothing that a person or an application sent. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'consumer';
  readonly attributes?: Attributes;
  /** A trace that this one is not part of, and that somebody may want to find. */
  readonly link?: TraceContext | null;
}

export interface Span {
  readonly context: TraceContext;
  end(attributes?: Attributes, failure?: unknown): void;
}

/** Makes the spans of one room. */
export interface Spans {
  /** Without a parent a trace begins, which is recorded if the sampler says so. */
  start(span: SpanStart, parent: TraceContext | null): Span;
}

/** A span that is not recorded: logs and those who are asked still get its ids. */
export function unrecorded(parent: TraceContext | null): Span {
  return { context: { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId(), sampled: parent?.sampled ?? false }, end: () => {} };
}

export const unrecordedSpans: Spans = { start: (_span, parent) => unrecorded(parent) };

/** Runs `work` as a span, which ends with it. */
export async function withSpan<T>(spans: Spans, start: SpanStart, parent: TraceContext | null, work: () => Promise<T>): Promise<T> {
  const span = spans.start(start, parent);
  try {
    const result = await inTrace(span.context, work);
    span.end();
    return result;
  } catch (error) {
    span.end({}, error);
    throw error;
  }
}

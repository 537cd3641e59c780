import { currentTraceparent, inTrace, parseTraceparent } from '../trace.ts';
import { unrecorded, unrecordedSpans, withSpan, type SpanStart, type Spans } from './spans.ts';

/** How work that comes later becomes part of the trace that caused it. */
export interface Tracing {
  /** To be kept with what is to be done. */
  traceparent(): string | null;
  /** Runs `work` as a span of the trace that was kept; without one, under an id of its own that is not recorded. */
  continued<T>(traceparent: string | null | undefined, start: SpanStart, work: () => Promise<T>): Promise<T>;
}

export function tracingOf(spans: Spans): Tracing {
  return {
    traceparent: currentTraceparent,
    continued: (traceparent, start, work) => {
      const parent = parseTraceparent(traceparent);
      return parent === null ? inTrace(unrecorded(null).context, work) : withSpan(spans, start, parent, work);
    },
  };
}

export const unrecordedTracing = tracingOf(unrecordedSpans);

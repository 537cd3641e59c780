import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C trace context of the work at hand. @see https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether its spans are recorded. */
  readonly sampled: boolean;
}

/** Carried by async context, so that nothing is request-scoped. */
const storage = new AsyncLocalStorage<TraceContext>();

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

export function parseTraceparent(value: unknown): TraceContext | null {
  const [, traceId, spanId, flags] = (typeof value === 'string' ? TRACEPARENT.exec(value) : null) ?? [];
  return traceId === undefined || spanId === undefined ? null : { traceId, spanId, sampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function inTrace<T>(context: TraceContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentTrace(): TraceContext | null {
  return storage.getStore() ?? null;
}

export function currentTraceparent(): string | null {
  const context = currentTrace();
  return context === null ? null : `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`;
}

/** What an error page quotes: the beginning of the trace id, which logs carry whole. */
export function supportCode(): string | undefined {
  return currentTrace()?.traceId.slice(0, 12);
}

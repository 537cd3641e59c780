import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C trace context of the work at hand, carried by async context so that nothing is request-scoped. */
const storage = new AsyncLocalStorage<string>();

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Runs `work` under the caller's trace, or a new one. */
export function withTrace<T>(traceparent: string | string[] | undefined, work: () => T): T {
  const given = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
  const trace = given?.[1] ?? randomBytes(16).toString('hex');
  return storage.run(`00-${trace}-${randomBytes(8).toString('hex')}-01`, work);
}

export function currentTraceparent(): string | null {
  return storage.getStore() ?? null;
}

/** The id that error pages quote and logs carry. */
export function currentTraceId(): string | null {
  return storage.getStore()?.slice(3, 35) ?? null;
}

/**
 * What may vanish at any moment: hot copies, unused tickets and codes, counters. Redis or the memory of this process.
 * Absence means "ask the owner" or "no", never "allowed". One key a command. All times in milliseconds.
 * Every method throws when the store cannot be reached: a caller decides what "no" means, never "yes".
 */
export interface HotStore {
  get(key: string): Promise<string | null>;
  /** SET PX. With `onlyIfAbsent`, NX: returns whether it was written. */
  put(key: string, value: string, options: { ttlMs: number; onlyIfAbsent?: boolean }): Promise<boolean>;
  /** Replaces the value only while it still is `expected` (one script). The end of a lease. */
  swap(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  /** DEL. */
  drop(key: string): Promise<void>;
  /** GETDEL: of any number of takers exactly one gets the value. */
  take(key: string): Promise<string | null>;
  /**
   * Takes a value stored as `binding + '\n' + rest` only if the binding is equal; a mismatch leaves it alone (one script).
   * Returns `rest`, or null when there is nothing or the binding differs.
   */
  takeBound(key: string, binding: string): Promise<string | null>;
  /** INCR, with the window set at the first. Returns the count including this one and what is left of the window. */
  count(key: string, windowMs: number): Promise<{ count: number; resetMs: number }>;
  /** Readiness; also refuses persistence, replicas and eviction at start unless allowed by configuration. */
  check(): Promise<void>;
  close(): Promise<void>;
}

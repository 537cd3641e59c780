/** A map that forgets: each thing after its time, and the oldest when there are too many. */
export class Shelf<V> {
  readonly #things = new Map<string, { value: V; until: number }>();
  readonly #most: number;
  readonly #lifeMs: number;
  readonly #now: () => number;

  constructor({ most, lifeMs, now }: { most: number; lifeMs: number; now: () => number }) {
    this.#most = most;
    this.#lifeMs = lifeMs;
    this.#now = now;
  }

  put(key: string, value: V): void {
    this.#things.delete(key);
    // Insertion order is age: the first is the oldest.
    for (const [oldest, { until }] of this.#things) {
      if (this.#things.size < this.#most && until > this.#now()) break;
      this.#things.delete(oldest);
    }
    this.#things.set(key, { value, until: this.#now() + this.#lifeMs });
  }

  get(key: string): V | undefined {
    const thing = this.#things.get(key);
    return thing !== undefined && thing.until > this.#now() ? thing.value : undefined;
  }

  take(key: string): V | undefined {
    const value = this.get(key);
    this.#things.delete(key);
    return value;
  }

  delete(key: string): void {
    this.#things.delete(key);
  }

  deleteWhere(test: (value: V) => boolean): void {
    for (const [key, { value }] of this.#things) if (test(value)) this.#things.delete(key);
  }
}

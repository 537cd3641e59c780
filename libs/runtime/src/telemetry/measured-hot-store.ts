import type { HotStore } from '@latchkey/store';
import type { LabelsOf, Metrics } from './metrics.ts';

type Trip = LabelsOf<'latchkey_hot_store_trips_total'>;

/** The same store, each trip counted. */
export function measuredHotStore(hot: HotStore, metrics: Metrics): HotStore {
  const measured =
    <Values extends unknown[], T>(method: Trip['method'], trip: (...values: Values) => Promise<T>) =>
    async (...values: Values): Promise<T> => {
      const began = performance.now();
      let outcome: Trip['outcome'] = 'ok';
      try {
        return await trip(...values);
      } catch (error) {
        outcome = error instanceof Error && error.name === 'HotStoreUnavailable' ? 'unavailable' : 'failed';
        throw error;
      } finally {
        metrics.count('latchkey_hot_store_trips_total', { method, outcome });
        metrics.observe('latchkey_hot_store_trip_duration_seconds', (performance.now() - began) / 1_000, { method });
      }
    };
  return {
    get: measured('get', (key) => hot.get(key)),
    put: measured('put', (key, value, settings) => hot.put(key, value, settings)),
    swap: measured('swap', (key, expected, value, ttlMs) => hot.swap(key, expected, value, ttlMs)),
    drop: measured('drop', (key) => hot.drop(key)),
    take: measured('take', (key) => hot.take(key)),
    takeBound: measured('takeBound', (key, binding) => hot.takeBound(key, binding)),
    count: measured('count', (key, windowMs) => hot.count(key, windowMs)),
    check: () => hot.check(),
    close: () => hot.close(),
  };
}

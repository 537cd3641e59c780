import { describe, expect, it } from '@jest/globals';
import { reading, type Metrics } from './metrics.ts';
import { processMetrics } from './process-metrics.ts';

const lines = async (metrics: ReturnType<typeof processMetrics>): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('latchkey_'));

describe('metrics of a process', () => {
  it('a room counts under its own name', async () => {
    const metrics = processMetrics({ defaults: false });
    metrics.ofRoom('cas').count('latchkey_hot_store_trips_total', { method: 'get', outcome: 'ok' });
    metrics.ofRoom('consent').observe('latchkey_hot_store_trip_duration_seconds', 0.002, { method: 'get' });
    const text = await lines(metrics);
    expect(text).toContain('latchkey_hot_store_trips_total{room="cas",method="get",outcome="ok"} 1');
    expect(text).toContain('latchkey_hot_store_trip_duration_seconds_count{room="consent",method="get"} 1');
  });

  it('a wrong name or label does not compile', () => {
    const wrong = (metrics: Metrics): void => {
      // @ts-expect-error: no such outcome
      metrics.count('latchkey_sign_ins_total', { outcome: 'perhaps' });
      // @ts-expect-error: a label is missing
      metrics.count('latchkey_sign_ins_total');
      // @ts-expect-error: a gauge is not counted
      metrics.count('latchkey_bus_away');
    };
    expect(wrong).toBeInstanceOf(Function);
  });

  it('gauges are read at the scrape, and what was not said again is gone', async () => {
    const metrics = processMetrics({ defaults: false });
    let lag = [reading('latchkey_bus_consumer_lag', 7, { topic: 'one' }), reading('latchkey_bus_consumer_lag', 2, { topic: 'two' })];
    metrics.ofRoom('cas').collect('bus', () => lag);
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining(['latchkey_bus_consumer_lag{room="cas",topic="one"} 7', 'latchkey_bus_consumer_lag{room="cas",topic="two"} 2']),
    );
    lag = [reading('latchkey_bus_consumer_lag', 3, { topic: 'two' })];
    const text = (await lines(metrics)).filter((line) => line.startsWith('latchkey_bus_consumer_lag'));
    expect(text).toEqual(['latchkey_bus_consumer_lag{room="cas",topic="two"} 3']);
  });

  it('a gauge that cannot be read is absent, counted as such, and costs the others nothing', async () => {
    const metrics = processMetrics({ defaults: false });
    let down = false;
    metrics.ofRoom('cas').collect('deliveries', () => {
      if (down) throw new Error('PostgreSQL is away');
      return [reading('latchkey_deliveries_waiting', 4)];
    });
    metrics.ofRoom('cas').collect('bus', () => [reading('latchkey_bus_away', 0)]);
    expect(await lines(metrics)).toContain('latchkey_deliveries_waiting{room="cas"} 4');
    down = true;
    await metrics.text();
    const text = await lines(metrics);
    expect(text.filter((line) => line.startsWith('latchkey_deliveries_waiting'))).toEqual([]);
    expect(text).toContain('latchkey_bus_away{room="cas"} 0');
    expect(text).toContain('latchkey_collect_failures_total{room="cas",part="deliveries"} 2');
  });

  it('a look that hangs delays the scrape by two seconds at most, and is not joined by a second one', async () => {
    const metrics = processMetrics({ defaults: false });
    let looks = 0;
    metrics.ofRoom('cas').collect('bus', () => {
      looks += 1;
      return new Promise(() => {});
    });
    const began = performance.now();
    await metrics.text();
    await metrics.text();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(looks).toBe(1);
  });
});

import { loadavg } from 'node:os';

export function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

export function spread(values) {
  const { count, p50, p99, max } = percentiles(values);
  return count === 0 ? 'none' : `p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)} (${count})`;
}

export function ms(value) {
  return value >= 10_000 ? `${(value / 1_000).toFixed(1)} s` : `${Math.round(value)} ms`;
}

/** Others use this machine too: a latency without this says little. */
export function load() {
  return `load ${loadavg()[0].toFixed(1)}`;
}

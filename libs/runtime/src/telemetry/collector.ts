import type { Gauge } from 'prom-client';
import type { Reading } from './metrics.ts';

const DEADLINE_MS = 2_000;

interface CollectorParts {
  readonly read: () => Promise<readonly Reading[]> | readonly Reading[];
  readonly gauge: (name: string) => Gauge;
  readonly labelled: (name: string, labels: Record<string, string>) => Record<string, string>;
  readonly failed: () => void;
}

/** Gauges that are read together at a scrape. A look that is late is not joined by a second one: it may hold a connection. */
export class Collector {
  private looking: Promise<readonly Reading[]> | undefined;
  private shown: readonly Reading[] = [];

  constructor(private readonly parts: CollectorParts) {}

  async collect(): Promise<void> {
    this.looking ??= this.look();
    let readings: readonly Reading[] = [];
    try {
      readings = await inTime(this.looking);
    } catch {
      this.parts.failed();
    }
    for (const reading of this.shown) this.parts.gauge(reading.name).remove(this.parts.labelled(reading.name, reading.labels));
    for (const { name, labels, value } of readings) this.parts.gauge(name).set(this.parts.labelled(name, labels), value);
    this.shown = readings;
  }

  private look(): Promise<readonly Reading[]> {
    return Promise.resolve()
      .then(() => this.parts.read())
      .finally(() => (this.looking = undefined));
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

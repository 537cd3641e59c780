import type { Deliveries, DeliveriesOptions } from '@latchkey/outbound';
import { reading, type LabelsOf, type Metrics } from './metrics.ts';

export function countedDeliveries(metrics: Metrics, protocol: LabelsOf<'latchkey_deliveries_total'>['protocol']): NonNullable<DeliveriesOptions['observe']> {
  return (outcome) => metrics.count('latchkey_deliveries_total', { protocol, outcome });
}

export function collectDeliveries(metrics: Metrics, deliveries: Deliveries): void {
  metrics.collect('deliveries', async () => {
    const { waiting, oldestSeconds } = await deliveries.waiting();
    return [reading('latchkey_deliveries_waiting', waiting), reading('latchkey_delivery_oldest_seconds', oldestSeconds)];
  });
}

import { reading, type Metrics } from './metrics.ts';

/** Shows how far a replica has followed the changes of the registry; of management, how far they go. */
export function collectRegistry(metrics: Metrics, revision: () => Promise<number> | number): void {
  metrics.collect('registry', async () => [reading('latchkey_registry_revision', await revision())]);
}

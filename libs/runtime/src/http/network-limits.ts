import { createHash } from 'node:crypto';
import type { HotStore } from '@latchkey/store';

/** Counts per network, in the hot store. A store that is away refuses: a limit never fails open. */
export class NetworkLimits {
  constructor(private readonly hot: HotStore) {}

  async hit(
    bucket: string,
    network: string,
    limit: { limit: number; windowMs: number },
  ): Promise<{ allowed: boolean; retryAfterMs: number }> {
    const tag = createHash('sha256').update(network).digest('base64url').slice(0, 22);
    const { count, resetMs } = await this.hot.count(`limit:v1:${bucket}:{${tag}}`, limit.windowMs);
    return { allowed: count <= limit.limit, retryAfterMs: resetMs };
  }
}

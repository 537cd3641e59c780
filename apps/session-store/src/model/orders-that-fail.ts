import { sessionCopyKey, type SessionCopy } from '@latchkey/contracts';
import type { HotStore } from '@latchkey/store';
import { Copies, type CopiedSession } from '../sessions/copies.ts';

/** Ways to fill a copy that look as good as the lease, are a trip cheaper, and bring ended sessions back. */

abstract class OtherFill extends Copies {
  protected readonly hot: HotStore;

  constructor(options: ConstructorParameters<typeof Copies>[0]) {
    super(options);
    this.hot = options.hot;
  }
}

export class PlainSetNx extends OtherFill {
  override async fill(tenant: string, sid: string, readTruth: () => Promise<CopiedSession | null>): Promise<SessionCopy | null> {
    const found = await readTruth();
    if (found === null) return null;
    await this.hot.put(sessionCopyKey(tenant, sid), JSON.stringify(found.copy), { ttlMs: found.ttlMs, onlyIfAbsent: true });
    return found.copy;
  }
}

/** Has a lease, and forgets to ask whether it is still there. */
export class LeaseNotChecked extends OtherFill {
  override async fill(tenant: string, sid: string, readTruth: () => Promise<CopiedSession | null>): Promise<SessionCopy | null> {
    const key = sessionCopyKey(tenant, sid);
    const mine = await this.hot.put(key, `lease:${tenant}`, { ttlMs: 2_000, onlyIfAbsent: true });
    const found = await readTruth();
    if (found === null) return null;
    if (mine) await this.hot.put(key, JSON.stringify(found.copy), { ttlMs: found.ttlMs });
    return found.copy;
  }
}

/** Reads the truth before the lease stands. */
export class TruthBeforeLease extends OtherFill {
  override async fill(tenant: string, sid: string, readTruth: () => Promise<CopiedSession | null>): Promise<SessionCopy | null> {
    const found = await readTruth();
    return super.fill(tenant, sid, async () => found);
  }
}

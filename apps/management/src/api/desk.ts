import type { Peers } from '@latchkey/peers';
import type { Audit } from '../audit/audit.ts';
import type { Registry } from '../registry/registry.ts';
import type { SetUp } from '../setup/set-up.ts';

/** What the routes work with. */
export interface Desk {
  readonly tenant: string;
  readonly peers: Peers;
  readonly registry: Registry;
  readonly audit: Audit;
  readonly setUp: SetUp;
}

export const DESK = Symbol('the desk of the admin API');

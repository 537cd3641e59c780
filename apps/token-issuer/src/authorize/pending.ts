import { createHash, randomBytes } from 'node:crypto';
import { seal, unseal, type SealRing } from '@latchkey/oauth';
import type { NetworkLimits } from '@latchkey/runtime';
import type { HotStore } from '@latchkey/store';
import { refusePage } from './results.ts';

export type Pairs = readonly (readonly [string, string])[];

/** An authorization request that waits for a person. `begun` in milliseconds since the epoch. */
export interface PendingRequest {
  readonly interaction: string;
  readonly begun: number;
  readonly parameters: Pairs;
}

interface Sealed {
  readonly v: 1;
  readonly at: number;
  /** Hash of the flow cookie of the browser that began it. */
  readonly f: string;
  /** The parameters, or nothing when they are in the store. */
  readonly p?: Pairs;
}

interface PendingsOptions {
  readonly seals: SealRing;
  readonly hot: HotStore;
  readonly limits: Pick<NetworkLimits, 'hit'>;
  readonly tenant: string;
  readonly storedPerMinute: number;
}

const PURPOSE = 'pending-request';
const FORM = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{40,8000})$/;
/** Above it the parameters go to the store: an address has 8 KB, and the page's own parameters need room. */
const MAX_IN_URL = 3 * 1024;
const STORED_MS = 60 * 60 * 1000;

/**
 * `<interaction>.<sealed>`: data, not a permission. Nothing is stored before somebody has authenticated, opening it again is always
 * safe, and it does not expire. It opens only in the browser that began it.
 */
export class Pendings {
  constructor(private readonly options: PendingsOptions) {}

  newInteraction(): string {
    return randomBytes(16).toString('base64url');
  }

  async seal(request: PendingRequest, flow: string, network: string): Promise<string> {
    const { seals, tenant } = this.options;
    const content: Sealed = { v: 1, at: request.begun, f: flowHash(flow), p: request.parameters };
    const whole = this.sealed(request.interaction, content);
    if (whole.length <= MAX_IN_URL) return whole;
    await this.withinBudget(network);
    const stored = seal(seals.current, `${PURPOSE}-stored`, request.interaction, JSON.stringify(request.parameters));
    await this.options.hot.put(storeKey(tenant, request.interaction), stored, { ttlMs: STORED_MS });
    return this.sealed(request.interaction, { v: 1, at: request.begun, f: flowHash(flow) });
  }

  /** `foreign`: not ours, or begun in another browser. `gone`: too large for the address, and stored too long ago. */
  async open(pending: string, flow: string | undefined): Promise<PendingRequest | 'foreign' | 'gone'> {
    const [, interaction, sealed] = FORM.exec(pending) ?? [];
    if (interaction === undefined || sealed === undefined) return 'foreign';
    const plain = unseal(this.options.seals.find, PURPOSE, interaction, sealed);
    if (plain === null) return 'foreign';
    const content = JSON.parse(plain) as Sealed;
    if (flow === undefined || content.f !== flowHash(flow)) return 'foreign';
    const parameters = content.p ?? (await this.stored(interaction));
    return parameters === null ? 'gone' : { interaction, begun: content.at, parameters };
  }

  private sealed(interaction: string, content: Sealed): string {
    return `${interaction}.${seal(this.options.seals.current, PURPOSE, interaction, JSON.stringify(content))}`;
  }

  private async stored(interaction: string): Promise<Pairs | null> {
    const stored = await this.options.hot.get(storeKey(this.options.tenant, interaction));
    const plain = stored === null ? null : unseal(this.options.seals.find, `${PURPOSE}-stored`, interaction, stored);
    return plain === null ? null : (JSON.parse(plain) as Pairs);
  }

  private async withinBudget(network: string): Promise<void> {
    const { allowed } = await this.options.limits.hit('stored-request', network, { limit: this.options.storedPerMinute, windowMs: 60_000 });
    if (allowed) return;
    refusePage({
      status: 429,
      code: 'too_many_requests',
      title: 'Too many sign-in requests',
      message: 'Very many large sign-in requests came from your network. Wait a minute, then start again from the application.',
    });
  }
}

function flowHash(flow: string): string {
  return createHash('sha256').update(`flow\0${flow}`).digest('base64url');
}

function storeKey(tenant: string, interaction: string): string {
  return `pending:v1:${tenant}:{${interaction}}`;
}

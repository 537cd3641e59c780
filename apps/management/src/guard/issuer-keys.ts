import { createPublicKey, type KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { tokenIssuerPeer } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';

export const ACCEPTED_ALGS = ['RS256', 'ES256'] as const;
export type AcceptedAlg = (typeof ACCEPTED_ALGS)[number];

/** A key dropped as compromised is out of use here after this long at most, while the issuer can be asked. */
const FRESH_MS = 30_000;
/** Asked again from this age on without making anybody wait, so that an issuer that hangs is met by no request. */
const AGEING_MS = 15_000;
/** An issuer that is away does not take the admin API with it at once: administrators are needed just then. */
const STALE_MS = 600_000;
/** Longest wait of a request for an issuer whose keys are held already. */
const PATIENCE_MS = 1_000;
/** Tokens with made-up key ids, and an issuer that is away, do not make us ask more often than this. */
const ASK_AGAIN_MS = 2_000;

/** Public keys of the token issuer, asked for when a key id is new or the answer has aged. */
export class IssuerKeys {
  private held = new Map<string, { alg: AcceptedAlg; key: KeyObject }>();
  private heardAt = Number.NEGATIVE_INFINITY;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly peers: Peers,
    private readonly tenant: string,
    private readonly clock: Clock,
  ) {}

  /** One key, one algorithm: null also when the token names another. Throws when no keys are held that may still be used. @see RFC 8725 §3.1 */
  async find(kid: string, alg: string): Promise<KeyObject | null> {
    const age = this.clock.now() - this.heardAt;
    if (age > STALE_MS) await this.ask();
    else if (age > FRESH_MS || !this.held.has(kid)) await this.askBriefly();
    else if (age > AGEING_MS) void this.askBriefly();
    const found = this.held.get(kid);
    return found !== undefined && found.alg === alg ? found.key : null;
  }

  private ask(): Promise<void> {
    if (this.asking === null) {
      this.askedAt = this.clock.now();
      this.asking = this.fetch().finally(() => {
        this.asking = null;
      });
    }
    return this.asking;
  }

  private async askBriefly(): Promise<void> {
    const sinceAsked = this.clock.now() - this.askedAt;
    if (this.asking === null ? sinceAsked <= ASK_AGAIN_MS : sinceAsked >= PATIENCE_MS) return;
    await Promise.race([this.ask(), pause(PATIENCE_MS, undefined, { ref: false })]).catch(() => undefined);
  }

  private async fetch(): Promise<void> {
    const { keys } = await this.peers.to(tokenIssuerPeer).publicKeys({ tenant: this.tenant });
    this.held = new Map(
      keys.filter((jwk) => isAccepted(jwk.alg)).map((jwk) => [jwk.kid, { alg: jwk.alg as AcceptedAlg, key: createPublicKey({ key: jwk, format: 'jwk' }) }]),
    );
    this.heardAt = this.clock.now();
  }
}

function isAccepted(alg: string): alg is AcceptedAlg {
  return (ACCEPTED_ALGS as readonly string[]).includes(alg);
}

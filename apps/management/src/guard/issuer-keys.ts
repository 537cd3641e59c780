import { createPublicKey, type KeyObject } from 'node:crypto';
import { tokenIssuerPeer } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';

export const ACCEPTED_ALGS = ['RS256', 'ES256'] as const;
export type AcceptedAlg = (typeof ACCEPTED_ALGS)[number];

/** A key dropped as compromised is out of use here after this long at most. */
const FRESH_MS = 30_000;
/** Tokens with made-up key ids cannot make us ask more often than this. */
const ASK_AGAIN_MS = 2_000;

/** Public keys of the token issuer, asked for when a key id is new or the answer has aged. */
export class IssuerKeys {
  private held = new Map<string, { alg: AcceptedAlg; key: KeyObject }>();
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly peers: Peers,
    private readonly tenant: string,
    private readonly clock: Clock,
  ) {}

  /** One key, one algorithm: null also when the token names another. @see RFC 8725 §3.1 */
  async find(kid: string, alg: string): Promise<KeyObject | null> {
    const age = this.clock.now() - this.askedAt;
    if (age > FRESH_MS || (!this.held.has(kid) && age > ASK_AGAIN_MS)) await this.ask();
    const found = this.held.get(kid);
    return found !== undefined && found.alg === alg ? found.key : null;
  }

  private ask(): Promise<void> {
    this.asking ??= this.fetch().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async fetch(): Promise<void> {
    const { keys } = await this.peers.to(tokenIssuerPeer).publicKeys({ tenant: this.tenant });
    this.held = new Map(
      keys.filter((jwk) => isAccepted(jwk.alg)).map((jwk) => [jwk.kid, { alg: jwk.alg as AcceptedAlg, key: createPublicKey({ key: jwk, format: 'jwk' }) }]),
    );
    this.askedAt = this.clock.now();
  }
}

function isAccepted(alg: string): alg is AcceptedAlg {
  return (ACCEPTED_ALGS as readonly string[]).includes(alg);
}

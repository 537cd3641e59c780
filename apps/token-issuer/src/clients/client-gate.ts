import type { ClientEntry } from '@latchkey/contracts';
import { OAuthError, isAuthenticated, readClientClaim, type OAuthParameters } from '@latchkey/oauth';
import type { NetworkLimits, SecurityLog } from '@latchkey/runtime';
import type { Clients } from './clients.ts';

export interface ClientRequest {
  readonly authorization: string | undefined;
  readonly parameters: OAuthParameters;
  readonly network: string;
}

interface ClientGateOptions {
  readonly clients: Clients;
  readonly limits: Pick<NetworkLimits, 'hit'>;
  readonly now: () => number;
  readonly security: SecurityLog;
  readonly failuresPerMinute: number;
}

/** Remembered at once; the store still knows those forgotten. */
const MAX_SHUT = 10_000;

/**
 * Client authentication for token, introspection and revocation. Only failures are counted, in the hot store, by network and
 * client: whoever guesses the secret of one shuts out no other client that comes from the same network or proxy. One past its
 * limit is remembered here until its window is over and refused before its secret is looked at, so honest requests cost no trip.
 */
export class ClientGate {
  private readonly shut = new Map<string, number>();

  constructor(private readonly options: ClientGateOptions) {}

  /** @throws OAuthError invalid_client (RFC 6749 §5.2) */
  async authenticate(request: ClientRequest): Promise<ClientEntry> {
    let bucket = request.network;
    let known: string | null = null;
    try {
      const claim = readClientClaim(request.authorization, request.parameters);
      const client = this.options.clients.find(claim.clientId);
      // All unknown names of a network share one count: to make them up gains nothing.
      if (client !== undefined) {
        known = client.id;
        bucket = `${request.network} ${client.id}`;
      }
      this.refuseShut(bucket);
      const registered = client && { method: client.authentication, secretHash: client.secretHash };
      if (!isAuthenticated(claim, registered) || client === undefined) throw new OAuthError('invalid_client', 'Client authentication failed');
      return client;
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_client') {
        this.options.security.record('client.refused', { client: known, network: request.network, reason: error.description });
        this.refuseShut(bucket);
        if (!(await this.count(bucket))) this.options.security.record('client.throttled', { client: known, network: request.network });
      }
      throw error;
    }
  }

  /** false: that was one too many. */
  private async count(bucket: string): Promise<boolean> {
    const { allowed, retryAfterMs } = await this.options.limits.hit('client-authentication', bucket, {
      limit: this.options.failuresPerMinute,
      windowMs: 60_000,
    });
    if (allowed) return true;
    if (this.shut.size >= MAX_SHUT) this.shut.clear();
    this.shut.set(bucket, this.options.now() + retryAfterMs);
    return false;
  }

  private refuseShut(bucket: string): void {
    const until = this.shut.get(bucket);
    if (until === undefined) return;
    const left = until - this.options.now();
    if (left <= 0) {
      this.shut.delete(bucket);
      return;
    }
    throw new OAuthError('temporarily_unavailable', 'Too many failed authentications of this client from this network', {
      status: 429,
      retryAfterSeconds: Math.ceil(left / 1000),
    });
  }
}

import type { ClientEntry } from '@latchkey/contracts';
import { OAuthError, isAuthenticated, readClientClaim, type OAuthParameters } from '@latchkey/oauth';
import type { Logger, NetworkLimits } from '@latchkey/runtime';
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
  readonly logger: Logger;
  readonly failuresPerMinute: number;
}

/** Networks remembered at once; the store still knows those forgotten. */
const MAX_SHUT = 10_000;

/**
 * Client authentication for token, introspection and revocation. Only failures are counted, in the hot store; a network past its
 * limit is remembered here until its window is over and refused before any work, so that honest requests cost no trip.
 */
export class ClientGate {
  private readonly shut = new Map<string, number>();

  constructor(private readonly options: ClientGateOptions) {}

  /** @throws OAuthError invalid_client (RFC 6749 §5.2) */
  async authenticate(request: ClientRequest): Promise<ClientEntry> {
    this.refuseShut(request.network);
    try {
      const claim = readClientClaim(request.authorization, request.parameters);
      const client = this.options.clients.find(claim.clientId);
      const registered = client && { method: client.authentication, secretHash: client.secretHash };
      if (!isAuthenticated(claim, registered) || client === undefined) throw new OAuthError('invalid_client', 'Client authentication failed');
      return client;
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_client') {
        this.options.logger.info({ network: request.network, why: error.description }, 'client authentication failed');
        await this.count(request.network);
      }
      throw error;
    }
  }

  private async count(network: string): Promise<void> {
    const { allowed, retryAfterMs } = await this.options.limits.hit('client-authentication', network, {
      limit: this.options.failuresPerMinute,
      windowMs: 60_000,
    });
    if (allowed) return;
    if (this.shut.size >= MAX_SHUT) this.shut.clear();
    this.shut.set(network, this.options.now() + retryAfterMs);
  }

  private refuseShut(network: string): void {
    const until = this.shut.get(network);
    if (until === undefined) return;
    const left = until - this.options.now();
    if (left <= 0) {
      this.shut.delete(network);
      return;
    }
    throw new OAuthError('temporarily_unavailable', 'Too many failed client authentications from this network', {
      status: 429,
      retryAfterSeconds: Math.ceil(left / 1000),
    });
  }
}

import { sessionStorePeer, type SessionCopy } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Logger, NetworkLimits } from '@latchkey/runtime';
import type { Credentials } from '../credentials/credentials.ts';
import { HashGateFull } from '../credentials/hash-gate.ts';
import type { Device } from './device.ts';

export interface SignIn {
  readonly username: string;
  readonly password: string;
  readonly device: Device;
  /** sid of the living session that this browser holds; proven by its cookie. */
  readonly replaces: string | null;
  readonly interaction: string | null;
}

export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly cookie: string; readonly session: SessionCopy }
  | { readonly outcome: 'no-match' }
  | { readonly outcome: 'wait'; readonly waitMs: number }
  | { readonly outcome: 'busy' };

interface Options {
  readonly peers: Peers;
  readonly tenant: string;
  readonly logger: Logger;
  readonly credentials: Credentials;
  readonly limits: NetworkLimits;
  readonly networkLimit: number;
}

/** A sign-in by password: network limit, account throttle, hash, session; each before what costs more than it. */
export class PasswordSignIn {
  constructor(private readonly options: Options) {}

  /** Logged without the name that was typed: now and then it is a password. @see ASVS 16.2.5, 16.3.1 */
  async signIn(request: SignIn): Promise<SignInResult> {
    const result = await this.attempt(request);
    const subject = result.outcome === 'signed-in' ? { subject: result.session.subject, sid: result.session.sid } : {};
    this.options.logger.info({ outcome: result.outcome, network: request.device.network, ...subject }, 'sign-in by password');
    return result;
  }

  private async attempt(request: SignIn): Promise<SignInResult> {
    const { limits, networkLimit, credentials } = this.options;
    const hit = await limits.hit('sign-in', request.device.network, { limit: networkLimit, windowMs: 60_000 });
    if (!hit.allowed) return { outcome: 'wait', waitMs: hit.retryAfterMs };
    try {
      const attempt = await credentials.attempt(request.username, request.password);
      return attempt.outcome === 'match' ? await this.start(request, attempt) : attempt;
    } catch (error) {
      if (error instanceof HashGateFull) return { outcome: 'busy' };
      throw error;
    }
  }

  /** `authenticatedAt` is older than everything that was read: whoever was disabled meanwhile is refused there. */
  private async start(request: SignIn, who: { subject: string; username: string; authenticatedAt: string }): Promise<SignInResult> {
    const { peers, tenant } = this.options;
    const started = await peers.to(sessionStorePeer).start({
      tenant,
      subject: who.subject,
      username: who.username,
      authenticatedAt: who.authenticatedAt,
      amr: ['pwd'],
      acr: '1',
      device: request.device,
      replaces: request.replaces,
      answer: request.interaction === null ? null : { interaction: request.interaction, kind: 'sign-in' },
    });
    return started.outcome === 'started' ? { outcome: 'signed-in', cookie: started.cookie, session: started.session } : { outcome: 'no-match' };
  }
}

import { sessionStorePeer, type SessionCopy } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Metrics, NetworkLimits, SecurityLog } from '@latchkey/runtime';
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
  /** Both limits of the session, where somebody asked to be remembered. @see CAS Protocol 3.0 §4.1 */
  readonly longTermSeconds: number | null;
}

export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly cookie: string; readonly session: SessionCopy }
  | { readonly outcome: 'no-match' }
  | { readonly outcome: 'wait'; readonly waitMs: number }
  | { readonly outcome: 'busy' };

interface Options {
  readonly peers: Peers;
  readonly tenant: string;
  readonly metrics: Metrics;
  readonly security: SecurityLog;
  readonly credentials: Credentials;
  readonly limits: NetworkLimits;
  readonly networkLimit: number;
}

const COUNTED = { 'signed-in': 'signed-in', 'no-match': 'refused', wait: 'throttled', busy: 'overloaded' } as const;

/** A sign-in by password: network limit, account throttle, hash, session; each before what costs more than it. */
export class PasswordSignIn {
  constructor(private readonly options: Options) {}

  async signIn(request: SignIn): Promise<SignInResult> {
    const result = await this.attempt(request);
    this.options.metrics.count('latchkey_sign_ins_total', { outcome: COUNTED[result.outcome] });
    this.record(request, result);
    return result;
  }

  private record({ username: name, device: { network } }: SignIn, result: SignInResult): void {
    const { security } = this.options;
    if (result.outcome === 'no-match') return security.record('sign-in.failed', { name, network });
    if (result.outcome === 'wait') return security.record('sign-in.throttled', { name, network, waitMs: result.waitMs });
    if (result.outcome === 'busy') return security.record('sign-in.overloaded', { network });
    const { subject, sid, amr } = result.session;
    security.record('sign-in.succeeded', { subject, sid, network, factors: amr });
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
      longTermSeconds: request.longTermSeconds,
      answer: request.interaction === null ? null : { interaction: request.interaction, kind: 'sign-in' },
    });
    return started.outcome === 'started' ? { outcome: 'signed-in', cookie: started.cookie, session: started.session } : { outcome: 'no-match' };
  }
}

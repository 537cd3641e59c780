import { createHmac, randomBytes } from 'node:crypto';
import type { ServiceEntry, SessionCopy } from '@latchkey/contracts';
import type { SessionReader } from '@latchkey/peers';
import type { Clock } from '@latchkey/runtime';
import { isStrongEnough } from '../services/services.ts';
import type { Device } from './device.ts';
import type { PasswordSignIn, SignInResult } from './password-sign-in.ts';

export interface NameAndPassword {
  readonly username: string;
  readonly password: string;
}

export interface ProvenSession {
  readonly outcome: 'signed-in';
  readonly session: SessionCopy;
  /** The password was looked at just now, and not within the last minute. */
  readonly fresh: boolean;
}

interface Held {
  readonly sid: string;
  readonly subject: string;
  readonly provenUntil: number;
}

const MOST = 10_000;
const PROVEN_MS = 60_000;

/** A password is all that comes by HTTP Basic, so a service that asks for more does not take it. */
export function takesBasic(service: ServiceEntry): boolean {
  return service.basic === true && isStrongEnough(service, { acr: '1' });
}

/** @returns null: the header holds no credentials of HTTP Basic. @see RFC 7617 §2 */
export function basicCredentials(authorization: string | undefined): NameAndPassword | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 || text.includes('\ufffd') ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Sign-in by HTTP Basic, for programs that send the password with each request. It leads through the one sign-in by password
 * with all its limits, at most once a minute, and always to the same session: its end closes the door although the password is
 * remembered, as a hash whose key dies with the process.
 */
export class BasicSignIn {
  private readonly key = randomBytes(32);
  private readonly held = new Map<string, Held>();
  private readonly trying = new Map<string, Promise<SignInResult>>();

  constructor(private readonly options: { password: Pick<PasswordSignIn, 'signIn'>; sessions: SessionReader; clock: Clock }) {}

  async signIn(credentials: NameAndPassword, device: Device, { renew = false } = {}): Promise<ProvenSession | Exclude<SignInResult, { outcome: 'signed-in' }>> {
    const { sessions, clock } = this.options;
    const mark = this.markOf(credentials);
    const held = this.held.get(mark);
    const living = held === undefined ? null : await sessions.bySid(held.sid);
    const session = living?.subject === held?.subject ? living : null;
    if (held !== undefined && session !== null && !renew && clock.now() < held.provenUntil) return { outcome: 'signed-in', session, fresh: false };
    const result = await this.proven(mark, credentials, device, session?.sid ?? null);
    return result.outcome === 'signed-in' ? { outcome: 'signed-in', session: result.session, fresh: true } : result;
  }

  /** Of several requests at once one tries the password. */
  private proven(mark: string, credentials: NameAndPassword, device: Device, replaces: string | null): Promise<SignInResult> {
    const under = this.trying.get(mark);
    if (under !== undefined) return under;
    const attempt = this.attempt(mark, credentials, device, replaces).finally(() => this.trying.delete(mark));
    this.trying.set(mark, attempt);
    return attempt;
  }

  private async attempt(mark: string, credentials: NameAndPassword, device: Device, replaces: string | null): Promise<SignInResult> {
    const result = await this.options.password.signIn({ ...credentials, device, replaces, interaction: null, longTermSeconds: null });
    this.held.delete(mark);
    if (result.outcome !== 'signed-in') return result;
    const { sid, subject } = result.session;
    this.held.set(mark, { sid, subject, provenUntil: this.options.clock.now() + PROVEN_MS });
    if (this.held.size > MOST) this.held.delete(this.held.keys().next().value!);
    return result;
  }

  private markOf({ username, password }: NameAndPassword): string {
    return createHmac('sha256', this.key).update(`${Buffer.byteLength(username)}:${username}${password}`).digest('base64url');
  }
}

import { randomBytes } from 'node:crypto';
import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpSettings } from './settings.ts';

/**
 * The cookies of a browser: `latchkey` (the session, `sid-secret`), `latchkey-flow` (a random value that binds forms and pending
 * requests to this browser) and `latchkey-warn` (ask before an application is entered). On https all carry `__Host-`, so no sibling host can plant them.
 * Path=/ deviates from CAS Protocol §3.6.1 on purpose: both protocols share one session.
 */
export class Cookies {
  readonly sessionName: string;
  readonly flowName: string;
  readonly warnName: string;

  constructor(private readonly http: HttpSettings) {
    const prefix = http.secure ? '__Host-' : '';
    this.sessionName = `${prefix}latchkey`;
    this.flowName = `${prefix}latchkey-flow`;
    this.warnName = `${prefix}latchkey-warn`;
  }

  session(request: FastifyRequest): string | undefined {
    return this.read(request, this.sessionName);
  }

  /** Kept until the browser closes, or for `maxAgeSeconds` where somebody asked to be remembered. */
  setSession(reply: FastifyReply, value: string, maxAgeSeconds?: number): void {
    this.write(reply, this.sessionName, value, maxAgeSeconds);
  }

  clearSession(reply: FastifyReply): void {
    this.write(reply, this.sessionName, '', 0);
  }

  /** Does this browser want to be asked before an application is entered? @see CAS Protocol 3.0 §2.2.1 warn */
  warns(request: FastifyRequest): boolean {
    return this.read(request, this.warnName) === '1';
  }

  /** As long as the session, so that none is left of which nobody asks any more. */
  setWarns(reply: FastifyReply, warns: boolean, maxAgeSeconds?: number): void {
    this.write(reply, this.warnName, warns ? '1' : '', warns ? maxAgeSeconds : 0);
  }

  flow(request: FastifyRequest): string | undefined {
    const value = this.read(request, this.flowName);
    return value !== undefined && /^[A-Za-z0-9_-]{22,64}$/.test(value) ? value : undefined;
  }

  /** The flow value of this browser, set now if it had none. It lives as long as the browser, so no form dies of age. */
  ensureFlow(request: FastifyRequest, reply: FastifyReply): string {
    const present = this.flow(request);
    if (present !== undefined) return present;
    const value = randomBytes(24).toString('base64url');
    this.write(reply, this.flowName, value);
    return value;
  }

  private read(request: FastifyRequest, name: string): string | undefined {
    return readCookie(request, name);
  }

  private write(reply: FastifyReply, name: string, value: string, maxAge?: number): void {
    writeCookie(reply, { name, value, secure: this.http.secure, ...(maxAge === undefined ? {} : { maxAge }) });
  }
}

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const header = request.headers.cookie;
  return header === undefined ? undefined : parse(header)[name];
}

/** Without `maxAge` it lives as long as the browser. Written again, it replaces what this answer said of it before. */
export function writeCookie(reply: FastifyReply, { name, value, ...options }: { name: string; value: string; secure: boolean; maxAge?: number }): void {
  const cookie = serialize(name, value, { path: '/', httpOnly: true, sameSite: 'lax', ...options });
  const before = reply.getHeader('set-cookie');
  const list = before === undefined ? [] : Array.isArray(before) ? before : [String(before)];
  reply.header('set-cookie', [...list.filter((old) => !old.startsWith(`${name}=`)), cookie]);
}

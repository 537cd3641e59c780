import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Cookies } from './cookies.ts';
import type { HttpSettings } from './settings.ts';

/** Proves that a posted form was shown by us to this very browser (login CSRF and CSRF alike). */
export class FormGuard {
  private readonly cookies: Cookies;

  constructor(private readonly http: HttpSettings) {
    this.cookies = new Cookies(http);
  }

  token(flow: string, purpose: string): string {
    return createHmac('sha256', this.http.formKey).update(`form\n${purpose}\n${flow}`).digest('base64url');
  }

  accepts(request: FastifyRequest, token: string | undefined, purpose: string): boolean {
    const flow = this.cookies.flow(request);
    if (flow === undefined || token === undefined || !this.sameOrigin(request)) return false;
    const expected = Buffer.from(this.token(flow, purpose));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** Origin is absent in old browsers and `null` after some redirects of privacy modes: the token decides then. */
  private sameOrigin(request: FastifyRequest): boolean {
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== 'null' && origin !== this.http.publicUrl) return false;
    return request.headers['sec-fetch-site'] !== 'cross-site';
  }
}

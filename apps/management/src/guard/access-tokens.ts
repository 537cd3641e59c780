import { createHash, type KeyObject } from 'node:crypto';
import type { Clock } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { z } from 'zod';
import { ACCEPTED_ALGS, type IssuerKeys } from './issuer-keys.ts';

/** @see RFC 9068 §2.2 */
const claims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  exp: z.number(),
  nbf: z.number().optional(),
  scope: z.string().default(''),
  sid: z.string().optional(),
});
export type AccessClaims = z.output<typeof claims>;

const header = z.looseObject({
  kid: z.string(),
  alg: z.enum(ACCEPTED_ALGS),
  typ: z.string().regex(/^(application\/)?at\+jwt$/i),
  crit: z.undefined().optional(),
});

const STRATEGY = 'management-admin';
const SKEW_MS = 10_000;
const MOST_CACHED = 1_000;

/**
 * Access tokens of our own issuer for the admin API. passport-jwt checks signature, algorithm, issuer and audience; a token
 * found good is remembered until its `exp`, or until its key is dropped. A Passport of its own: the default one is shared by
 * every room of a process.
 */
export class AccessTokens {
  private readonly passport = new passport.Passport();
  private readonly good = new Map<string, { claims: AccessClaims; kid: string; alg: string }>();

  constructor(
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
    expected: { readonly issuer: string; readonly audience: string },
  ) {
    this.passport.use(
      STRATEGY,
      new Strategy(
        {
          jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
          algorithms: [...ACCEPTED_ALGS],
          issuer: expected.issuer,
          audience: expected.audience,
          // Time is judged by isNow, for new and remembered tokens alike and by the injected clock.
          ignoreExpiration: true,
          jsonWebTokenOptions: { ignoreNotBefore: true },
          secretOrKeyProvider: (_request, token: string, done) => {
            this.keyOf(token).then(
              // passport-jwt hands the key to jsonwebtoken, which takes KeyObjects; its types know strings only.
              (key) => (key === null ? done(new TokenRefused()) : done(null, key as unknown as string)),
              (error: unknown) => done(new KeysUnavailable(error)),
            );
          },
        },
        (payload: unknown, done: (error: unknown, user: unknown) => void) => done(null, payload as object),
      ),
    );
  }

  /** null: not a token for us. Throws when the keys cannot be read: then nobody is let in, and nobody is called a forger. */
  async read(request: FastifyRequest): Promise<AccessClaims | null> {
    const token = ExtractJwt.fromAuthHeaderAsBearerToken()(request as never);
    if (token === null || token === undefined) return null;
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.good.get(digest);
    if (known !== undefined && (await this.keys.find(known.kid, known.alg)) !== null) return this.isNow(known.claims) ? known.claims : null;

    this.good.delete(digest);
    const parsed = claims.safeParse(await this.verified(request));
    if (!parsed.success || !this.isNow(parsed.data)) return null;
    const { kid, alg } = header.parse(decodedHeader(token));
    if (this.good.size >= MOST_CACHED) this.good.clear();
    this.good.set(digest, { claims: parsed.data, kid, alg });
    return parsed.data;
  }

  private isNow({ exp, nbf }: AccessClaims): boolean {
    const now = this.clock.now();
    return exp * 1000 > now && (nbf ?? 0) * 1000 <= now + SKEW_MS;
  }

  /** The header only picks among our own keys; `jwk`, `jku`, `x5c` are never looked at. @see RFC 8725 §3.1, §3.11 */
  private async keyOf(token: string): Promise<KeyObject | null> {
    const parsed = header.safeParse(decodedHeader(token));
    return parsed.success ? this.keys.find(parsed.data.kid, parsed.data.alg) : null;
  }

  private verified(request: FastifyRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const decide = (error: unknown, payload: unknown, info: unknown): void => {
        if (error instanceof Error) reject(error);
        else if (info instanceof KeysUnavailable) reject(info.cause);
        else resolve(payload === false ? undefined : payload);
      };
      const handler = this.passport.authenticate(STRATEGY, { session: false }, decide) as (req: unknown, res: unknown, next: (error?: unknown) => void) => void;
      handler({ headers: request.headers }, {}, reject);
    });
  }
}

class TokenRefused extends Error {}

class KeysUnavailable extends Error {
  constructor(cause: unknown) {
    super('the keys of the token issuer cannot be read', { cause });
  }
}

function decodedHeader(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

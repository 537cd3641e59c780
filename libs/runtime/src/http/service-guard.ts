import { credentialRules, type ServiceKeys } from '@latchkey/peers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { Strategy, ExtractJwt } from 'passport-jwt';
import { Problem } from './problem.ts';

const CACHE_MAX = 1_000;

/**
 * Lets only other rooms in. passport-jwt checks signature, algorithm, issuer and audience; a token found good is remembered
 * until its `exp`, since a check costs more than most answers. A Passport of its own: the default one is shared by a process.
 */
export function serviceGuard(keys: ServiceKeys, now: () => number, refused: (request: FastifyRequest) => void = () => {}): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const name = `service-${keys.room}`;
  const rules = credentialRules(keys);
  const own = new passport.Passport();
  own.use(
    name,
    new Strategy(
      {
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        algorithms: rules.algorithms,
        audience: rules.audience,
        issuer: rules.issuers,
        ignoreExpiration: false,
        secretOrKeyProvider: (_request, token: string, done) => {
          const decoded = jwt.decode(token, { json: true, complete: true });
          const { iss } = (decoded?.payload ?? {}) as { iss?: string };
          const key = iss === undefined ? undefined : rules.keyOf(iss, decoded?.header.kid);
          // passport-jwt hands the key to jsonwebtoken, which takes KeyObjects; its types know strings only.
          if (key === undefined) done(new Error('unknown issuer or key'));
          else done(null, key as unknown as string);
        },
      },
      (payload: { iss: string; exp: number }, done) => done(null, payload),
    ),
  );
  const good = new Map<string, number>();
  return async (request) => {
    const token = request.headers.authorization ?? '';
    const until = good.get(token);
    if (until !== undefined && until * 1000 > now()) return;
    good.delete(token);
    const payload = await authenticate(own, name, request);
    if (payload === null) {
      refused(request);
      throw new Problem(401, 'service_credential', 'Unauthorized', 'This route answers other rooms only.', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    if (good.size >= CACHE_MAX) good.clear();
    good.set(token, payload.exp);
  };
}

function authenticate(own: passport.PassportStatic | passport.Authenticator, name: string, request: FastifyRequest): Promise<{ exp: number } | null> {
  return new Promise((resolve) => {
    const decide = (_error: unknown, user: { exp: number } | false | undefined): void => resolve(user === false || user === undefined ? null : user);
    const handler = own.authenticate(name, { session: false }, decide) as (req: unknown, res: unknown, next: () => void) => void;
    handler({ headers: request.headers }, {}, () => resolve(null));
  });
}

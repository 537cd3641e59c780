import { OAuthError, challengeOf, targetResource } from '@latchkey/oauth';
import type { SessionReader } from '@latchkey/peers';
import type { Logger } from '@latchkey/runtime';
import type { Codes, PresentedCode } from '../authorize/codes.ts';
import type { Grants } from '../grants/grants.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';
import type { GrantType, Proof, TokenRequest } from './grant-type.ts';

interface Parts {
  readonly codes: Codes;
  readonly grants: Grants;
  readonly sessions: SessionReader;
  readonly secrets: SecretKeys;
  readonly logger: Logger;
  /** Does something a little later, not awaited. */
  readonly later?: (work: () => void, ms: number) => void;
}

const unhurried = (work: () => void, ms: number): void => void setTimeout(work, ms).unref();

/** INV-2: a replay revokes within a second. */
const LOOK_AGAIN_MS = 500;

const refused = () => new OAuthError('invalid_grant', 'The code is unknown, expired, used, or was given to another request');

/** @see RFC 6749 §4.1.3 · RFC 7636 §4.5 */
export class AuthorizationCodeGrant implements GrantType {
  readonly name = 'authorization_code';

  constructor(private readonly parts: Parts) {}

  check({ parameters }: TokenRequest): void {
    if (parameters.one('code') === undefined) throw new OAuthError('invalid_request', 'code is missing');
    if (parameters.one('redirect_uri') === undefined) throw new OAuthError('invalid_request', 'redirect_uri is missing');
    challengeOf(parameters.one('code_verifier'));
  }

  async prove(request: TokenRequest): Promise<Proof> {
    const { codes, grants, secrets } = this.parts;
    const presented = this.presented(request);
    if (presented === null) throw refused();
    const facts = await codes.take(presented);
    if (facts === null) {
      await this.replayed(presented);
      throw refused();
    }
    targetResource(request.resource, facts.resources);
    const { scopes, resources, nonce, agreedAt, ...authentication } = facts;
    const grant = await grants.insert({
      codeHash: presented.hash,
      codeBinding: presented.binding,
      period: presented.period,
      client: request.client.id,
      offline: scopes.includes('offline_access'),
      scopes,
      resources,
      authentication,
      agreedAt,
      macKey: secrets.macs.current.id,
    });
    if (grant === null) throw refused();
    await this.stillSignedIn(grant.id, authentication.sid, authentication.subject);
    return { grant, scopes, resources, nonce };
  }

  /** What the code gave is revoked, and committed, before the error is raised; anybody without the whole binding changes nothing. */
  private async replayed({ period, hash: codeHash, binding: codeBinding }: PresentedCode): Promise<void> {
    const { grants, logger, later = unhurried } = this.parts;
    const revoke = () => grants.revokeOfCode({ period, codeHash, codeBinding });
    if ((await revoke()) > 0) return;
    // The winner may stand between its take and its row: look once more when the row must be there.
    const again = () => void revoke().catch((error: unknown) => logger.warn({ err: error }, 'a replayed code could not be looked up again'));
    later(again, LOOK_AGAIN_MS);
  }

  private presented({ client, parameters }: TokenRequest): PresentedCode | null {
    return this.parts.codes.read(parameters.one('code') ?? '', {
      client: client.id,
      redirectUri: parameters.one('redirect_uri') ?? '',
      challenge: challengeOf(parameters.one('code_verifier')),
    });
  }

  /**
   * Insert, then look (design, section 6): the grant is committed, so a logout that the session does not show yet will find it;
   * one that it shows may have missed it. The other order would let a sign-in outlive its logout.
   */
  private async stillSignedIn(grantId: string, sid: string, subject: string): Promise<void> {
    const session = await this.parts.sessions.bySid(sid);
    if (session?.subject === subject) return;
    await this.parts.grants.revoke(grantId, 'session-ended');
    throw new OAuthError('invalid_grant', 'The person has signed out');
  }
}

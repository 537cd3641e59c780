import type { Peers, SessionReader } from '@latchkey/peers';
import type { Membership } from '../clients/membership.ts';
import { didTheyAgree } from './agreed.ts';
import type { Codes } from './codes.ts';
import { issue } from './issue.ts';
import type { Pendings } from './pending.ts';
import { checkRequest, type CheckRules } from './request-checks.ts';
import { Outcome, type AuthorizeResult } from './results.ts';
import { establishTrust } from './trust.ts';
import { unfold, type AuthorizeInput } from './unfold.ts';
import { whoIsIt } from './who.ts';

export interface AuthorizeParts {
  readonly pendings: Pendings;
  readonly codes: Codes;
  readonly rules: CheckRules;
  readonly sessions: SessionReader;
  readonly peers: Peers;
  readonly membership: Membership;
  readonly tenant: string;
  readonly now: () => number;
}

/** The browser that asks. `ensureFlow` plants the flow cookie only when a pending request is really handed out. */
export interface Browser {
  readonly network: string;
  readonly ensureFlow: () => string;
}

/** The authorization endpoint. Each phase takes only what the one before it made. @see RFC 6749 §4.1.1 */
export class AuthorizeEndpoint {
  constructor(private readonly parts: AuthorizeParts) {}

  async answer(input: AuthorizeInput, browser: Browser): Promise<AuthorizeResult> {
    try {
      return await this.run(input, browser);
    } catch (error) {
      if (error instanceof Outcome) return error.result;
      throw error;
    }
  }

  private async run(input: AuthorizeInput, browser: Browser): Promise<AuthorizeResult> {
    const { pendings, codes, rules, sessions, peers, membership, tenant, now } = this.parts;
    // 0. The request, as it was made
    const unfolded = await unfold(input, pendings, now());
    // 1. Whom may we answer? Failures show a page and never redirect
    const trusted = establishTrust(unfolded, rules.clients);
    // 2. Can we answer it? Failures go back with error, state, iss
    const checked = await checkRequest(trusted, rules);
    const seal = async () => unfolded.pending ?? (await pendings.seal(unfolded, browser.ensureFlow(), browser.network));
    // 3. Who is it?
    const known = await whoIsIt(checked, input.session, { sessions, now, seal });
    // 4. Did they agree?
    const agreed = await didTheyAgree(known, { peers, membership, tenant, now, seal });
    // 5. Issue
    return issue(agreed, codes);
  }
}

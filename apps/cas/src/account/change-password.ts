import type { SignedInPerson } from './signed-in-person.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { HashGateFull } from '../credentials/hash-gate.ts';
import type { PasswordFault, PasswordRules } from '../credentials/password-policy.ts';
import { normalized } from '../people/canonical.ts';
import type { PeopleChanges } from '../people/people-changes.ts';

export type ChangeResult =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'wrong-current' }
  | { readonly outcome: 'wait'; readonly waitMs: number }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'fault'; readonly fault: PasswordFault | 'unchanged' };

/** A person's own change of password: the current one is proven under the same throttle as a sign-in. @see ASVS 7.4.3, 7.5.1 */
export class ChangePassword {
  constructor(private readonly options: { credentials: Credentials; changes: PeopleChanges; rules: PasswordRules }) {}

  async change({ person, session }: SignedInPerson, current: string, password: string): Promise<ChangeResult> {
    const { credentials, changes, rules } = this.options;
    const fault = rules.fault(password, person);
    if (fault !== null) return { outcome: 'fault', fault };
    try {
      const attempt = await credentials.attempt(person.username, current);
      if (attempt.outcome === 'wait') return attempt;
      if (attempt.outcome === 'no-match' || attempt.subject !== person.subject) return { outcome: 'wrong-current' };
      if (normalized(current) === normalized(password)) return { outcome: 'fault', fault: 'unchanged' };
      await changes.setPassword(person.subject, password, session.sid);
      return { outcome: 'changed' };
    } catch (error) {
      if (error instanceof HashGateFull) return { outcome: 'busy' };
      throw error;
    }
  }
}

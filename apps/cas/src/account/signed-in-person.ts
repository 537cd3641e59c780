import type { Person, SessionCopy } from '@latchkey/contracts';
import type { SessionReader } from '@latchkey/peers';
import { PageError, type Cookies } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import type { People } from '../people/people.ts';

export interface SignedInPerson {
  readonly session: SessionCopy;
  readonly person: Person;
}

/** Who looks at the account pages; null sends them to sign in. */
export class SignedInPeople {
  constructor(private readonly options: { sessions: SessionReader; people: People; cookies: Cookies }) {}

  async of(request: FastifyRequest): Promise<SignedInPerson | null> {
    const { sessions, people, cookies } = this.options;
    const session = await sessions.byCookie(cookies.session(request));
    if (session === null) return null;
    const person = await people.bySubject(session.subject);
    // Sent to sign in, the session would send them back here.
    if (person === null) throw new PageError(403, 'person_gone', 'This account does not exist any more', 'Sign out, or close the browser.');
    return { session, person };
  }
}

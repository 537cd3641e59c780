import type { ServiceEntry, SessionCopy } from '@latchkey/contracts';
import type { People } from '../people/people.ts';
import { admits, isStrongEnough } from './services.ts';

/**
 * May whoever has this session be given a ticket for this service? null: yes. Groups are read from the truth, and only for a service
 * that asks for one. Validation checks again.
 */
export async function whyNotAdmitted(people: People, service: ServiceEntry, session: SessionCopy): Promise<'too-weak' | 'not-in-a-group' | null> {
  if (!isStrongEnough(service, session)) return 'too-weak';
  if (service.groups.length === 0) return null;
  const person = await people.bySubject(session.subject);
  return person !== null && admits(service, person.groups) ? null : 'not-in-a-group';
}

import type { PeerHandlers, casPeer } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import { Problem } from '@latchkey/runtime';
import type { PasswordRules } from './credentials/password-policy.ts';
import type { PeopleChanges } from './people/people-changes.ts';
import type { People } from './people/people.ts';
import type { Participations } from './visits/participations.ts';

interface Parts {
  readonly people: People;
  readonly changes: PeopleChanges;
  readonly participations: Participations;
  readonly deliveries: Deliveries;
  readonly rules: PasswordRules;
}

/** What this room answers to other rooms. */
export function casAnswers({ people, changes, participations, deliveries, rules }: Parts): PeerHandlers<typeof casPeer> {
  return {
    async putPerson({ entry, policy, keepMemberOf }) {
      const why = policy === 'apply' && entry.password !== undefined ? rules.whyNot(entry.password, entry) : null;
      if (why !== null) throw new Problem(400, 'password_refused', 'Bad request', why, { errors: [{ path: 'password', message: why }] });
      return changes.put(entry, keepMemberOf);
    },
    findPerson: async ({ subject, username }) => ({
      person: subject !== null ? await people.bySubject(subject) : username !== null ? await people.byUsername(username) : null,
    }),
    listPeople: async (request) => ({ people: await people.list(request) }),
    setEnabled: async ({ subject, enabled, keepMemberOf }) => ({ person: await changes.setEnabled(subject, enabled, keepMemberOf) }),
    async setPassword({ subject, password }) {
      const person = await people.bySubject(subject);
      if (person === null) return { outcome: 'unknown', why: null };
      const why = rules.whyNot(password, person);
      if (why !== null) return { outcome: 'refused', why };
      return { outcome: (await changes.setPassword(subject, password)) ? 'changed' : 'unknown', why: null };
    },
    deletePerson: async ({ subject, keepMemberOf }) => ({ deleted: await changes.delete(subject, keepMemberOf) }),
    async claims({ subject }) {
      const person = await people.bySubject(subject);
      if (person === null || !person.enabled) return { claims: null };
      const { username, name, attributes, groups } = person;
      return { claims: { username, name, attributes, groups } };
    },
    visits: async ({ sid }) => ({ visits: await participations.visitsOf([sid]) }),
    deliveries: async (request) => ({ deliveries: await deliveries.list(request) }),
    retryDelivery: async ({ id }) => ({ queued: await deliveries.retry(id) }),
  };
}

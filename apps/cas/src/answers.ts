import type { PeerHandlers, casPeer } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import { passwordFault } from './credentials/password-policy.ts';
import type { PeopleChanges } from './people/people-changes.ts';
import type { People } from './people/people.ts';
import type { Participations } from './visits/participations.ts';

interface Parts {
  readonly people: People;
  readonly changes: PeopleChanges;
  readonly participations: Participations;
  readonly deliveries: Deliveries;
  readonly minLength: number;
}

const WHY = {
  'too-short': 'The password is too short.',
  'too-long': 'The password is longer than 256 characters or 1,024 bytes.',
  'too-common': 'The password consists of common words, the name of the person or a simple row of characters.',
} as const;

/** What this room answers to other rooms. */
export function casAnswers({ people, changes, participations, deliveries, minLength }: Parts): PeerHandlers<typeof casPeer> {
  return {
    putPerson: ({ entry }) => changes.put(entry),
    findPerson: async ({ subject, username }) => ({
      person: subject !== null ? await people.bySubject(subject) : username !== null ? await people.byUsername(username) : null,
    }),
    listPeople: async (request) => ({ people: await people.list(request) }),
    setEnabled: async ({ subject, enabled }) => ({ person: await changes.setEnabled(subject, enabled) }),
    async setPassword({ subject, password }) {
      const person = await people.bySubject(subject);
      if (person === null) return { outcome: 'unknown', why: null };
      const fault = passwordFault(password, { minLength, context: [person.username, person.name] });
      if (fault !== null) return { outcome: 'refused', why: WHY[fault] };
      return { outcome: (await changes.setPassword(subject, password)) ? 'changed' : 'unknown', why: null };
    },
    deletePerson: async ({ subject }) => ({ deleted: await changes.delete(subject) }),
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

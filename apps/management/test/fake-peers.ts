import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import type { PeerApi, Person, PersonEntry } from '@latchkey/contracts';
import { PeerUnavailable, type Peers } from '@latchkey/peers';
import jwt from 'jsonwebtoken';

/** The rooms around management, as far as it asks them. What they are told stays visible. */
export class FakeRooms {
  readonly people = new Map<string, Person>();
  readonly entries = new Map<string, PersonEntry>();
  readonly asked: string[] = [];
  readonly keys: IssuerKey[] = [new IssuerKey('k1', 'ES256'), new IssuerKey('k2', 'RS256')];
  away = new Set<string>();

  private readonly answers: Record<string, Record<string, (request: never) => Promise<unknown>>> = {
    cas: {
      putPerson: async ({ entry }: { entry: PersonEntry }) => {
        const known = [...this.people.values()].find((one) => one.username.toLowerCase() === entry.username.toLowerCase());
        if (known !== undefined && JSON.stringify(this.entries.get(entry.username)) === JSON.stringify(entry)) return { person: known, change: 'unchanged' };
        const person: Person = {
          subject: known?.subject ?? randomBytes(8).toString('hex'),
          username: entry.username,
          name: entry.name,
          attributes: entry.attributes ?? {},
          groups: entry.groups ?? [],
          enabled: entry.enabled ?? true,
          createdAt: '2026-11-24T00:00:00.000Z',
          updatedAt: '2026-11-24T00:00:00.000Z',
        };
        if (known !== undefined) this.people.delete(known.username);
        this.people.set(entry.username, person);
        this.entries.set(entry.username, entry);
        return { person, change: known === undefined ? 'created' : 'updated' };
      },
      findPerson: async ({ subject, username }: { subject: string | null; username: string | null }) => ({
        person: [...this.people.values()].find((one) => one.subject === subject || one.username === username) ?? null,
      }),
      listPeople: async () => ({ people: [...this.people.values()] }),
      setEnabled: async ({ subject, enabled }: { subject: string; enabled: boolean }) => {
        const person = [...this.people.values()].find((one) => one.subject === subject) ?? null;
        if (person === null) return { person };
        this.people.set(person.username, { ...person, enabled });
        this.entries.delete(person.username);
        return { person: { ...person, enabled } };
      },
      setPassword: async ({ password }: { password: string }) =>
        password.length < 15 ? { outcome: 'refused', why: 'is too short' } : { outcome: 'changed', why: null },
      deletePerson: async ({ subject }: { subject: string }) => ({
        deleted: [...this.people.values()].some((one) => one.subject === subject && this.people.delete(one.username)),
      }),
      visits: async () => ({ visits: [] }),
      deliveries: async () => ({ deliveries: [] }),
      retryDelivery: async ({ id }: { id: string }) => ({ queued: id === 'parked' }),
    },
    'session-store': {
      list: async () => ({ sessions: [] }),
      get: async () => ({ session: null }),
      end: async ({ sid }: { sid: string }) => ({ ended: sid === 'alive' }),
      endAll: async () => ({ ended: 2, notBefore: '2026-11-24T00:00:00.000Z' }),
      find: async () => ({ session: null }),
    },
    'token-issuer': {
      publicKeys: async () => ({ keys: this.keys.map((key) => key.jwk()) }),
      grants: async () => ({ grants: [], participations: [] }),
      deliveries: async () => ({ deliveries: [] }),
      retryDelivery: async () => ({ queued: false }),
      rotateKeys: async () => ({ active: [{ kid: 'k3', alg: 'ES256' }] }),
    },
    consent: {
      list: async () => ({ consents: [{ client: 'calendar', scopes: ['openid'], grantedAt: '2026-11-24T00:00:00.000Z' }] }),
      withdraw: async ({ client }: { client: string }) => ({ withdrawn: client === 'calendar' }),
    },
  };

  /** What each room has parked: `poison` cannot be handled, any other id can. */
  readonly parked = new Map<string, string[]>();

  private parking(room: string): Record<string, (request: never) => Promise<unknown>> {
    const ids = this.parked.get(room) ?? [];
    const drop = (id: string): boolean => {
      this.parked.set(room, ids.filter((one) => one !== id));
      return ids.includes(id);
    };
    const event = { name: 'session.ended', version: 1, source: 'session-store', time: '2026-11-24T00:00:00.000Z', key: 's1', traceparent: null };
    const row = { ...event, data: { sessionId: 's1' }, error: 'cannot digest this', tries: 5, nextAt: null };
    return {
      listParked: async () => ({ events: ids.map((id, n) => ({ ...row, id, parkedAt: `2026-11-24T00:00:0${n}.000Z` })) }),
      replayParked: async ({ id }: { id: string }) => ({ outcome: id === 'poison' ? 'failed' : drop(id) ? 'handled' : 'gone' }),
      discardParked: async ({ id }: { id: string }) => ({ discarded: drop(id) }),
    };
  }

  readonly peers: Peers = {
    to: ((api: PeerApi) =>
      Object.fromEntries(
        Object.entries(api.asks).map(([name, ask]) => [
          name,
          async (request: never) => {
            this.asked.push(`${api.room}.${name}`);
            if (this.away.has(api.room)) throw new PeerUnavailable(api.room, name);
            const answer = this.answers[api.room]?.[name] ?? this.parking(api.room)[name];
            if (answer === undefined) throw new Error(`${api.room} has no fake for ${name}`);
            // Both ends of the real thing check their schemas; a fake that drifts should fail here too.
            return ask.response.parse(await answer(ask.request.parse(request) as never));
          },
        ]),
      )) as Peers['to'],
  };
}

export class IssuerKey {
  readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(
    readonly kid: string,
    readonly alg: 'ES256' | 'RS256',
  ) {
    const pair = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  jwk(): { kty: 'EC' | 'RSA'; kid: string; alg: string } {
    return { ...(this.publicKey.export({ format: 'jwk' }) as { kty: 'EC' | 'RSA' }), kid: this.kid, alg: this.alg };
  }

  pem(): string {
    return this.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  sign(claims: object, header: object = {}): string {
    return jwt.sign(JSON.parse(JSON.stringify(claims)) as object, this.privateKey, { algorithm: this.alg, header: { alg: this.alg, kid: this.kid, typ: 'at+jwt', ...header }, noTimestamp: true });
  }
}

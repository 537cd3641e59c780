import { sessionCopyKey, type SessionCopy } from '@latchkey/contracts';
import { sessionReader, type Peers, type SessionReader } from '@latchkey/peers';
import type { Database, HotStore, Rows, Statement } from '@latchkey/store';
import { secretHash } from '../sessions/cookie.ts';
import { Copies } from '../sessions/copies.ts';
import { Sessions } from '../sessions/sessions.ts';
import type { Step } from './explore.ts';

/**
 * One session, its row, its hot copy, and what the rooms know of it: small enough to run every interleaving over the real
 * `Sessions`, `Copies` and `sessionReader`. One statement or one Redis command is one step, since each is atomic.
 */
export interface World {
  row: { living: boolean; secretHash: string; revision: number };
  hot: string | undefined;
  owed: number[];
  /** The outbox holds session.ended: the handler may run. */
  told: boolean;
  visits: string[];
  deliveries: string[];
  /** The next DEL fails, as with a Redis that is away. */
  dropFails: boolean;
  /** `then`: after a DEL that failed the next GET fails as well, `now`. */
  getFails: 'not' | 'then' | 'now';
}

export const SID = 'session-of-the-model';
export const KEY = sessionCopyKey('main', SID);
export const FIRST_SECRET = 'a'.repeat(43);
const COOKIE_KEY = Buffer.alloc(32, 1);
const FIRST_HASH = secretHash(COOKIE_KEY, FIRST_SECRET);
const NOW = 1_800_000_000_000;

export function newWorld(start: { copy: boolean }): World {
  const row = { living: true, secretHash: FIRST_HASH, revision: 1 };
  return {
    row,
    hot: start.copy ? JSON.stringify(copyOfRow(row)) : undefined,
    owed: [],
    told: false,
    visits: [],
    deliveries: [],
    dropFails: false,
    getFails: 'not',
  };
}

/** A lease is told apart only by whose it is, a secret only by being the first or a newer one. */
export function normal(text: string): string {
  return text
    .replace(/lease:[A-Za-z0-9_-]+/g, (lease) => `lease of ${leaseOwner.get(lease) ?? 'somebody'}`)
    .replace(/(secret_?[hH]ash\\*":\\*")([A-Za-z0-9_-]{43})/g, (_all, name: string, hash: string) => name + (hash === FIRST_HASH ? 'first' : 'newer'));
}
const leaseOwner = new Map<string, string>();

export function readableCopy(world: World): SessionCopy | undefined {
  return world.hot?.startsWith('{') ? (JSON.parse(world.hot) as SessionCopy) : undefined;
}

function copyOfRow(row: World['row']): SessionCopy {
  const seconds = NOW / 1000;
  return {
    ...{ v: 1, sid: SID, tenant: 'main', subject: 'ada', username: 'ada', secretHash: row.secretHash, authTime: seconds },
    ...{ amr: ['pwd'], acr: '1', startedAt: seconds, seenAt: seconds, expiresAtMs: NOW + 3_600_000, revision: row.revision, answered: [] },
  } as SessionCopy;
}

function truthRow(row: World['row']): object {
  const now = new Date(NOW);
  return {
    ...{ tenant: 'main', sid: SID, subject: 'ada', username: 'ada', secret_hash: row.secretHash, auth_time: now, amr: ['pwd'], acr: '1' },
    ...{ started_at: now, seen_at: now, revision: row.revision, answered: [], expires_at: new Date(NOW + 3_600_000), read_at: now },
  };
}

/** What each statement does to the row, told by its name; a statement that is not here fails the test. */
function statementEffect(world: World, statement: Statement | string, values: readonly unknown[]): { step: string; rows: () => object[] } | undefined {
  const changed = (change: () => void): string | null => {
    if (!world.row.living) return null;
    change();
    world.row.revision += 1;
    world.owed.push(world.row.revision);
    return String(world.row.revision);
  };
  const name = typeof statement === 'string' ? statement.split(' ', 1)[0] : statement.name;
  switch (name) {
    case 'session_find':
      return { step: 'read the truth', rows: () => (world.row.living ? [truthRow(world.row)] : []) };
    case 'session_end':
      return {
        step: 'commit the end',
        rows: () => {
          const owed = changed(() => Object.assign(world.row, { living: false }));
          world.told ||= owed !== null;
          return [{ ended: owed !== null, owed }];
        },
      };
    case 'session_touch':
      return { step: 'commit the touch', rows: () => [{ owed: changed(() => {}), alive: world.row.living }] };
    case 'session_start':
      return {
        step: 'commit the renewal',
        rows: () => {
          const owed = changed(() => Object.assign(world.row, { secretHash: values[6] }));
          return [{ ...truthRow(world.row), owed, replaced_other: false }];
        },
      };
    case 'SELECT':
      return { step: 'read what copies are owed', rows: () => owedCopies(world) };
    case 'DELETE':
      return {
        step: 'strike owed copies',
        rows: () => {
          world.owed = world.owed.filter((owed) => !(values[0] as string[]).includes(String(owed)));
          return [];
        },
      };
    default:
      return undefined;
  }
}

function owedCopies(world: World): object[] {
  return world.owed.map((owed) => ({ owed: String(owed), tenant: 'main', sid: SID }));
}

function answerOf(rows: object[]): Rows<object> {
  return { rows, count: rows.length };
}

export interface Rooms {
  readonly sessions: Sessions;
  readonly copies: Copies;
  readonly reader: SessionReader;
  readonly hot: HotStore;
  readonly database: Database;
}

export type CopiesClass = new (options: ConstructorParameters<typeof Copies>[0]) => Copies;

/** The real code of session-store and of a reading room, for one process: its steps wait for this process's turn. */
export function roomsOf(world: World, step: Step, process: string, CopiesOfModel: CopiesClass = Copies): Rooms {
  const hot = hotStore(world, step, process);
  const database = {
    schema: 'session',
    async query(statement: Statement | string, values: readonly unknown[] = []): Promise<Rows<object>> {
      if (typeof statement !== 'string' && statement.name === 'session_know_subject') return { rows: [], count: 0 };
      // No step of its own: it follows upon a truth without the session, to which nobody can owe a copy any more.
      if (typeof statement !== 'string' && statement.name === 'session_owed') return answerOf(owedCopies(world));
      const effect = statementEffect(world, statement, values);
      if (effect === undefined) throw new Error(`the model does not know ${JSON.stringify(statement)}`);
      return answerOf(await step(effect.step, effect.rows));
    },
  } as unknown as Database;
  const envelope = () => ({ id: 'e', name: 'n', version: 1, source: 's', time: 't', key: 'k', traceparent: null, data: {} });
  const copies = new CopiesOfModel({ database, hot, logger: { warn: () => {} } });
  const limits = { idleSeconds: 3_600, absoluteSeconds: 86_400 };
  const sessions = new Sessions({ database, bus: { envelope, poke: () => {} }, copies, cookieKey: COOKIE_KEY, limits });
  const owner = { find: async ({ tenant, sid }: { tenant: string; sid: string }) => ({ session: await sessions.find(tenant, sid) }) };
  const peers = { to: () => owner } as unknown as Peers;
  const reader = sessionReader({ tenant: 'main', hot, peers, cookieKey: COOKIE_KEY, now: () => NOW });
  return { sessions, copies, reader, hot, database };
}

function hotStore(world: World, step: Step, process: string): HotStore {
  return {
    get: () =>
      step('GET', () => {
        if (world.getFails === 'now') {
          world.getFails = 'not';
          throw new Error('the hot store is away');
        }
        return world.hot ?? null;
      }),
    put: (_key: string, value: string, { onlyIfAbsent = false }: { onlyIfAbsent?: boolean }) => {
      const lease = value.startsWith('lease:');
      if (lease) leaseOwner.set(value, process);
      return step(lease ? 'SET lease NX' : `SET copy${onlyIfAbsent ? ' NX' : ''}`, () => {
        if (onlyIfAbsent && world.hot !== undefined) return false;
        world.hot = value;
        return true;
      });
    },
    swap: (_key: string, expected: string, value: string) =>
      step('swap lease for copy', () => {
        if (world.hot !== expected) return false;
        world.hot = value;
        return true;
      }),
    drop: () =>
      step('DEL', () => {
        if (world.dropFails) {
          world.dropFails = false;
          if (world.getFails === 'then') world.getFails = 'now';
          throw new Error('the hot store is away');
        }
        world.hot = undefined;
      }),
  } as unknown as HotStore;
}

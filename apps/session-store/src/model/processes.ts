import type { Process } from './explore.ts';
import { FIRST_SECRET, SID, readableCopy, roomsOf, type CopiesClass, type Rooms, type World } from './world.ts';

/**
 * Who works at one session at the same time. Session-store and the reading of sessions are the real code; the steps of the
 * other rooms (a visit and its deliveries) are as the design orders them. Each has the wrong orders beside it.
 */
type Order = (rooms: Rooms, world: World, step: Parameters<Process<World>['run']>[1]) => Promise<unknown>;

export function process(
  name: string,
  order: Order,
  options: { begins?: Process<World>['begins']; copies?: CopiesClass | undefined } = {},
): Process<World> {
  return {
    name,
    ...(options.begins === undefined ? {} : { begins: options.begins }),
    run: (world, step) => order(roomsOf(world, step, name, options.copies), world, step),
  };
}

/** Insert, then look: the visit stands before the session is read. */
export const insertThenLook: Order = async ({ reader }, world, step) => {
  await step('commit the visit', () => void world.visits.push('visit'));
  return (await reader.bySid(SID)) === null ? 'refused' : 'success';
};
export const lookThenInsert: Order = async ({ reader }, world, step) => {
  if ((await reader.bySid(SID)) === null) return 'refused';
  await step('commit the visit', () => void world.visits.push('visit'));
  return 'success';
};

export const request: Order = async ({ reader }) => ((await reader.bySid(SID)) === null ? 'nobody' : 'somebody');
export const requestWithFirstCookie: Order = async ({ reader }) =>
  (await reader.byCookie(`${SID}.${FIRST_SECRET}`)) === null ? 'nobody' : 'somebody';

export const logout: Order = async ({ sessions }) => {
  await sessions.end('main', SID, 'sign-out');
  return 'answered';
};
/** As rooms do it: who is it, then the end, and whoever is nobody is signed out. Tried again by whoever heard that it failed. */
export const signOutTwice: Order = async ({ reader, sessions }) => {
  const signOut = async (): Promise<string> => {
    if ((await reader.bySid(SID)) !== null) await sessions.end('main', SID, 'sign-out');
    return 'answered';
  };
  return signOut().catch(signOut);
};
export const logoutThatDeletesFirst: Order = async ({ hot, database }, _world, _step) => {
  await hot.drop(SID);
  await database.query({ name: 'session_end', text: '' });
  return 'answered';
};
export const logoutThatOnlyCommits: Order = async ({ database }) => {
  await database.query({ name: 'session_end', text: '' });
  return 'answered';
};

export const touch: Order = ({ sessions }) => sessions.touch('main', SID);
/** The tempting one: the copy is there, why throw it away? */
export const touchInPlace: Order = async ({ hot, database }) => {
  const { rows } = await database.query<{ owed: string | null }>({ name: 'session_touch', text: '' });
  if (rows[0]?.owed === null) return false;
  const copy = await hot.get(SID);
  if (copy?.startsWith('{')) await hot.put(SID, JSON.stringify({ ...JSON.parse(copy), revision: 2 }), { ttlMs: 1 });
  return true;
};

export const renewal: Order = async ({ sessions }) => {
  const device = { browser: 'b', system: 's', network: 'n' };
  const { outcome } = await sessions.start({
    ...{ tenant: 'main', subject: 'ada', username: 'ada', authenticatedAt: '2027-01-15T08:00:00Z', amr: ['pwd'], acr: '1' },
    ...{ device, replaces: SID, answer: null, longTermSeconds: null },
  });
  return outcome;
};

/** At session.ended a room deletes the copy, then reads its visits and queues their deliveries. */
export const deleteThenRead: Order = async ({ hot }, world, step) => {
  await hot.drop(SID);
  await step('read the visits, queue deliveries', () => void world.deliveries.push(...world.visits));
};
export const readThenDelete: Order = async ({ hot }, world, step) => {
  await step('read the visits, queue deliveries', () => void world.deliveries.push(...world.visits));
  await hot.drop(SID);
};
export const readOnly: Order = async (_rooms, world, step) => {
  await step('read the visits, queue deliveries', () => void world.deliveries.push(...world.visits));
};

export const flush: Order = (_rooms, world, step) => step('FLUSHALL', () => void (world.hot = undefined));
export const leaseRunsOut: Order = (_rooms, world, step) =>
  step('the lease runs out', () => void (world.hot = readableCopy(world) === undefined ? undefined : world.hot));

export const onceTold = (world: World): boolean => world.told;
export const onceAnswered =
  (name: string) =>
  (_world: World, finished: Readonly<Record<string, unknown>>): boolean =>
    finished[name] === 'answered' || finished[name] === 'started';

import { until } from '../../tools/services/processes.mjs';

/** INV-3: after the end of a session everybody who was let in by it hears of it. */
export async function checkTold({ ledger, told, ms }) {
  const began = performance.now();
  const open = () => ledger.ended.flatMap((session) => missing(session, told));
  await until(() => open().length === 0, { ms, everyMs: 100 });
  const undelivered = open();
  for (const each of undelivered) ledger.violated('an application was not told of a logout (INV-3)', each);
  const owed = ledger.ended.reduce((sum, session) => sum + wanted(session).length, 0);
  return { owed, undelivered: undelivered.length, waitedMs: performance.now() - began, delays: ledger.ended.flatMap((session) => delaysOf(session, told)), repeated: repeated(told) };
}

function wanted({ sid, validated, inWeb }) {
  return [...validated.map((ticket) => ['tickets', ticket]), ...(inWeb ? [['sessions', sid]] : [])];
}

function missing(session, told) {
  return wanted(session).filter(([kind, key]) => !told[kind].has(key)).map(([kind, key]) => `${kind} ${key} (${session.by})`);
}

/** From the answer of the sign-out; before it, if the application heard earlier, is 0. */
function delaysOf(session, told) {
  return wanted(session).flatMap(([kind, key]) => {
    const first = told[kind].get(key)?.[0];
    return first === undefined ? [] : [Math.max(0, first - session.ended)];
  });
}

/** Logouts are told at least once: whoever is killed between the answer and its record tells again. */
function repeated(told) {
  return [...told.tickets.values(), ...told.sessions.values()].reduce((sum, times) => sum + times.length - 1, 0);
}

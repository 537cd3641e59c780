import { Person } from '../person.mjs';

/** INV-1: no ticket and no code had an effect twice, and none has one now. */
export async function checkSingleUse({ ledger, url, application, inTurns }) {
  const doubles = { tickets: 0, codes: 0 };
  const person = new Person({ url, application, ledger, username: 'nobody' });
  const dead = { sid: 'nobody', validated: [], access: [], refresh: [] };
  const used = (values) => [...values].filter(([, { effects }]) => effects > 0).map(([value]) => value);
  await inTurns(used(ledger.tickets), (ticket) => person.validate(dead, ticket).catch(() => {}));
  await inTurns(used(ledger.codes), (code) => person.redeem(dead, code).catch(() => {}));
  for (const kind of ['tickets', 'codes']) {
    for (const [value, { effects }] of ledger[kind]) {
      if (effects <= 1) continue;
      doubles[kind] += 1;
      ledger.violated(`one of the ${kind} had an effect ${effects} times (INV-1)`, value);
    }
  }
  return { tickets: ledger.tickets.size, codes: ledger.codes.size, presented: total(ledger.tickets) + total(ledger.codes), doubles: doubles.tickets + doubles.codes };
}

function total(values) {
  return [...values.values()].reduce((sum, { presented }) => sum + presented, 0);
}

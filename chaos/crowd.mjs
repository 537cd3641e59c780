import { inTurns } from './in-turns.mjs';
import { Person, insist } from './person.mjs';

const PATIENCE_MS = 60_000;

/** So many people, signed in and at both applications. */
export async function crowd({ platform, ledger, count, accounts }) {
  const people = [];
  const numbers = Array.from({ length: count }, (_, number) => number);
  await inTurns(numbers, async (number) => {
    const person = new Person({ ...platform, ledger, username: `p${number % accounts}` });
    const insistOn = (what, work) => insist(work, { ms: PATIENCE_MS, ledger, what });
    const { session } = await insistOn('a sign-in', () => person.signIn());
    await insistOn('a visit at the shop', async () => person.validate(session, await person.ticket(session)));
    await insistOn('tokens', async () => person.redeem(session, await person.code(session)));
    people.push({ person, session });
  });
  return people;
}

/** Each enters once more, by their cookie alone. How many were recognised; the ledger notes whoever was not. */
export async function stillSignedIn(people) {
  let recognised = 0;
  await inTurns(people, async ({ person, session }) => {
    await person.ticket(session).then(
      () => (recognised += 1),
      () => undefined,
    );
  });
  return recognised;
}

import { Person, SIGN_OUTS, insist } from './person.mjs';

const PATIENCE_MS = 120_000;

/** A sign-in, a visit at both applications, and a sign-out, with what must not work tried in between. */
export class Lives {
  #begun = 0;

  /** @param {{ url: string, application: string, ledger: import('./ledger.mjs').Ledger, people: number, afterSignOut?: (person, session) => Promise<void> }} parts */
  constructor(parts) {
    this.parts = parts;
  }

  get begun() {
    return this.#begun;
  }

  /** So many people at once, each beginning anew, until `more` says no. */
  async run(atOnce, more) {
    const work = async () => {
      while (more()) await this.one().catch((error) => this.parts.ledger.violated('a life ended early', `${error.name}: ${error.message}`));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  async one() {
    const number = this.#begun++;
    const { ledger, people } = this.parts;
    const person = new Person({ ...this.parts, username: `p${number % people}` });
    const insistOn = (what, work) => insist(work, { ms: PATIENCE_MS, ledger, what });

    const { session, ticket } = await insistOn('a sign-in', () => person.signIn());
    let first = ticket;
    await insistOn('a visit at the shop', async () => {
      const mine = first ?? (await person.ticket(session));
      first = undefined;
      await race(number % 2 === 0 ? 3 : 1, () => person.validate(session, mine));
    });
    if (number % 4 === 0) await this.#replay(person, session, insistOn);
    await insistOn('tokens', async () => person.redeem(session, await person.code(session)));
    await insistOn('a refresh', () => person.refresh(session));
    await this.#leave(person, session, number, insistOn);
    await this.parts.afterSignOut?.(person, session);
    return session;
  }

  /** INV-1 and INV-2: of three at once one redeems the code at most; and when a later try was refused, what the code gave is dead. */
  async #replay(person, session, insistOn) {
    const { ledger } = this.parts;
    const code = await insistOn('a code', () => person.code(session));
    const tokens = (await Promise.allSettled(Array.from({ length: 3 }, () => person.redeem(session, code)))).find(({ status }) => status === 'fulfilled')?.value;
    await insistOn('the refusal of a used code', () =>
      person.redeem(session, code).then(
        () => undefined,
        (error) => {
          if (error.name !== 'Refused') throw error;
        },
      ),
    );
    if (tokens === undefined) return;
    const refreshed = await insistOn('the refusal of a replayed grant', () =>
      person.refresh({ ...session, refresh: [tokens.refresh_token], access: [] }).then(
        () => true,
        (error) => {
          if (error.name !== 'Refused') throw error;
          return false;
        },
      ),
    );
    if (refreshed) ledger.violated('a replayed code left its grant alive (INV-2)', session.sid);
    // The last tokens are those that a refresh is asked for.
    session.refresh = [];
  }

  /** Some are entering while they leave: whatever is let in by that must be told and must be dead. */
  async #leave(person, session, number, insistOn) {
    const by = SIGN_OUTS[number % SIGN_OUTS.length];
    const entering = [];
    if (number % 3 === 0) {
      const [ticket, code] = await insistOn('a ticket and a code', () => Promise.all([person.ticket(session), person.code(session)]));
      entering.push(person.validate(session, ticket), person.redeem(session, code));
    }
    const left = insistOn('a sign-out', () => person.signOut(session, by));
    await Promise.allSettled([...entering, left]);
    await left;
  }
}

/** All at once; one success is a success. */
async function race(count, work) {
  const results = await Promise.allSettled(Array.from({ length: count }, work));
  if (!results.some(({ status }) => status === 'fulfilled')) throw results[0].reason;
}

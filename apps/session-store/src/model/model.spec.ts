import { describe, expect, it } from '@jest/globals';
import { explore, type Finished, type Model, type Outcome, type Process } from './explore.ts';
import { LeaseNotChecked, PlainSetNx, TruthBeforeLease } from './orders-that-fail.ts';
import {
  deleteThenRead, flush, insertThenLook, leaseRunsOut, logout, logoutThatDeletesFirst, logoutThatOnlyCommits, lookThenInsert,
  onceAnswered, onceTold, process, readOnly, readThenDelete, renewal, request, requestWithFirstCookie, signOutTwice, touch, touchInPlace,
} from './processes.ts';
import { newWorld, normal, readableCopy, type CopiesClass, type World } from './world.ts';

const answered = (finished: Finished) => finished['logout'] === 'answered';

/** (c) Once the logout has answered, nothing in the hot store says that the session lives. */
function noCopyAfterLogout(world: World, finished: Finished): string | undefined {
  return answered(finished) && readableCopy(world) !== undefined ? 'a copy of an ended session is readable' : undefined;
}

function rulesAtTheEnd(world: World, finished: Finished): string | undefined {
  // (a) A request that begins after the answer is nobody's.
  if (finished['later request'] === 'somebody') return 'a request after the logout was accepted';
  // (b) Who validated with success is told.
  const entered = finished['validate'] === 'success';
  if (entered && world.visits.length > 0 && world.deliveries.length === 0) return 'an application that was entered is never told';
  return undefined;
}

/** From a world with the copy in place and from one without; the first violation, or how much was looked at. */
async function check(processes: readonly Process<World>[], rules: Partial<Model<World>> = {}): Promise<Outcome> {
  let states = 0;
  let ends = 0;
  for (const copy of [true, false]) {
    const outcome = await explore({
      world: () => newWorld({ copy }),
      normal,
      always: noCopyAfterLogout,
      finally: rulesAtTheEnd,
      ...rules,
      processes,
    });
    if (outcome.violation !== undefined) return outcome;
    states += outcome.states;
    ends += outcome.ends;
  }
  return { states, ends };
}

const later = (copies?: CopiesClass) => process('later request', request, { begins: onceAnswered('logout'), copies });
const handler = process('handler', deleteThenRead, { begins: onceTold });
const aLogout = process('logout', logout);

describe('sessions, visits and the hot copy: every interleaving of the real steps', () => {
  it('validate × logout × session.ended handler × two fillers × FLUSHALL × a later request', async () => {
    const outcome = await check([
      process('validate', insertThenLook),
      aLogout,
      handler,
      process('request', request),
      process('flush', flush),
      later(),
    ]);
    expect(outcome).not.toHaveProperty('violation');
    expect(outcome.states).toBeGreaterThan(1_000);
  });

  it('logout × touch × a filler × a lease that runs out × a later request', async () => {
    const outcome = await check([
      aLogout,
      process('touch', touch),
      process('request', request),
      process('time', leaseRunsOut),
      later(),
    ]);
    expect(outcome).not.toHaveProperty('violation');
  });

  it('two logouts, one of which finds its DEL failing: who answered may be believed', async () => {
    const failing = () => ({ ...newWorld({ copy: true }), dropFails: true });
    const outcome = await check([aLogout, process('other logout', logout), process('request', request), later()], { world: failing });
    expect(outcome).not.toHaveProperty('violation');
  });

  it('a sign-out that is tried again after its DEL failed, by somebody who cannot read the copy: “nobody” means that none is left', async () => {
    const failing = (): World => ({ ...newWorld({ copy: true }), dropFails: true, getFails: 'then' });
    const outcome = await check([process('logout', signOutTwice), process('request', request), later()], { world: failing });
    expect(outcome).not.toHaveProperty('violation');
  });

  it('a DEL that failed is repeated until no copy is left, though nobody asks again', async () => {
    const failing = () => ({ ...newWorld({ copy: true }), dropFails: true });
    const repeat = process('repeat', ({ copies }) => copies.repeat(), { begins: (_world, { logout: ended }) => ended !== undefined });
    const outcome = await check([aLogout, repeat, process('request', request)], {
      world: failing,
      finally: (world, finished) => (finished['logout'] !== 'answered' && readableCopy(world) ? 'the copy stays for ever' : undefined),
    });
    expect(outcome).not.toHaveProperty('violation');
  });

  it('a renewed session: once the new cookie was handed out, the old one is nobody', async () => {
    const outcome = await check(
      [
        process('renewal', renewal),
        process('request', requestWithFirstCookie),
        process('touch', touch),
        process('flush', flush),
        process('later request', requestWithFirstCookie, { begins: onceAnswered('renewal') }),
      ],
      { always: () => undefined },
    );
    expect(outcome).not.toHaveProperty('violation');
  });
});

describe('the tempting wrong orders, each with its shortest counterexample', () => {
  const cases: { order: string; processes: Process<World>[]; rule: string; trace: string[] }[] = [
    {
      order: 'look at the session, then insert the visit',
      processes: [process('validate', lookThenInsert), aLogout, handler],
      rule: 'an application that was entered is never told',
      trace: [
        'validate: GET',
        'logout: commit the end',
        'logout: DEL',
        'handler: DEL',
        'handler: read the visits, queue deliveries',
        'validate: commit the visit',
      ],
    },
    {
      order: 'fill with SET NX after reading the truth, without a lease',
      processes: [aLogout, process('request', request, { copies: PlainSetNx })],
      rule: 'a copy of an ended session is readable',
      trace: ['request: GET', 'request: read the truth', 'logout: commit the end', 'logout: DEL', 'request: SET copy NX'],
    },
    {
      order: 'put down a lease and do not ask whether it is still mine',
      processes: [aLogout, process('request', request, { copies: LeaseNotChecked })],
      rule: 'a copy of an ended session is readable',
      trace: [
        'request: GET',
        'request: SET lease NX',
        'request: read the truth',
        'logout: commit the end',
        'logout: DEL',
        'request: SET copy',
      ],
    },
    {
      order: 'read the truth before the lease stands',
      processes: [aLogout, process('request', request, { copies: TruthBeforeLease })],
      rule: 'a copy of an ended session is readable',
      trace: [
        'request: GET',
        'request: read the truth',
        'logout: commit the end',
        'logout: DEL',
        'request: SET lease NX',
        'request: swap lease for copy',
      ],
    },
    {
      order: 'change the copy in place',
      processes: [aLogout, process('touch', touchInPlace)],
      rule: 'a copy of an ended session is readable',
      trace: ['touch: commit the touch', 'logout: commit the end', 'touch: GET', 'logout: DEL', 'touch: SET copy'],
    },
    {
      order: 'delete the copy, then commit the end',
      processes: [process('logout', logoutThatDeletesFirst), process('request', request)],
      rule: 'a copy of an ended session is readable',
      trace: [
        'logout: DEL',
        'request: GET',
        'request: SET lease NX',
        'request: read the truth',
        'logout: commit the end',
        'request: swap lease for copy',
      ],
    },
    {
      order: 'answer after the commit and leave the copy to the event',
      processes: [process('logout', logoutThatOnlyCommits), handler],
      rule: 'a copy of an ended session is readable',
      trace: ['logout: commit the end'],
    },
    {
      order: 'at session.ended read the visits, then delete the copy',
      processes: [process('validate', insertThenLook), aLogout, process('handler', readThenDelete, { begins: onceTold })],
      rule: 'an application that was entered is never told',
      trace: [
        'logout: commit the end',
        'handler: read the visits, queue deliveries',
        'validate: commit the visit',
        'validate: GET',
        'logout: DEL',
        'handler: DEL',
      ],
    },
    {
      order: 'at session.ended read the visits and leave the copy to session-store',
      processes: [process('validate', insertThenLook), aLogout, process('handler', readOnly, { begins: onceTold })],
      rule: 'an application that was entered is never told',
      trace: [
        'logout: commit the end',
        'handler: read the visits, queue deliveries',
        'validate: commit the visit',
        'validate: GET',
        'logout: DEL',
      ],
    },
  ];
  it.each(cases)('$order', async ({ processes, rule, trace }) => {
    const { violation } = await check(processes);
    expect(violation).toEqual({ rule, trace });
  });
});

/**
 * INV-4: after the answer of a sign-out no replica takes the cookie, the refresh token or the access token. Each is asked by
 * its own port. One that gives no answer takes nothing.
 */
export async function checkRefused({ split, ledger, person, session, ms, everyToken = false }) {
  const access = everyToken ? session.access : session.access.slice(-1);
  const refresh = everyToken ? session.refresh : session.refresh.slice(-1);
  const asked = [
    ...split.of('cas').map((replica) => [replica, 'cookie', () => person.cookieTaken(replica, session, ms)]),
    ...split.of('token-issuer').flatMap((replica) => [
      ...access.map((token) => [replica, 'access token', () => person.accessTaken(replica, token, ms)]),
      ...refresh.map((token) => [replica, 'refresh token', () => person.refreshTaken(replica, token, ms)]),
    ]),
  ];
  const count = { refused: 0, silent: 0, taken: 0 };
  await Promise.all(
    asked.map(async ([replica, what, taken]) => {
      const outcome = await taken().then(
        (yes) => (yes ? 'taken' : 'refused'),
        () => 'silent',
      );
      count[outcome] += 1;
      if (outcome === 'taken') ledger.violated(`a signed-out ${what} was taken (INV-4)`, `${replica.room}-${replica.index} ${session.sid} (${session.by})`);
    }),
  );
  return count;
}

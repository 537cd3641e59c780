import { createRoomBus, memoryTransport, type RoomBus } from '@latchkey/bus';
import { consentRecorded, type PendingDescription } from '@latchkey/contracts';
import { PeerUnavailable, type Peers } from '@latchkey/peers';
import { silentLogger, silentSecurityLog, systemClock } from '@latchkey/runtime';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrations } from '../migrations/migrations.ts';
import { Consents } from './consents.ts';
import { purposeOf } from './shown.ts';

const tenant = 'main';
let test: TestDatabase;
let consents: Consents;
let person = 0;
let subject = '';
/** token-issuer as this room sees it: what consent said at the moment it was asked to revoke. */
const issuer = { away: false, asked: [] as { client: string; grantedThen: string[] }[] };

const peers = {
  to: () => ({
    async revokeClient({ client }: { client: string }) {
      if (issuer.away) throw new PeerUnavailable('token-issuer', '/internal/token-issuer/revoke-client');
      issuer.asked.push({ client, grantedThen: (await decided({ client })).granted });
      return { revoked: 1 };
    },
  }),
} as unknown as Peers;

beforeAll(async () => {
  test = await testDatabase(migrations);
  const { database } = test;
  const bus: RoomBus = createRoomBus({ room: 'consent', database, transport: memoryTransport(), peers: peers as never, clock: systemClock, logger: silentLogger });
  consents = new Consents({ database, bus, peers, clock: systemClock, tenant, security: silentSecurityLog });
});
afterAll(() => test.close());
beforeEach(() => {
  subject = `person-${(person += 1)}`;
  issuer.away = false;
  issuer.asked = [];
});

function pending(scopes: string[], over: Partial<PendingDescription> = {}): PendingDescription {
  return {
    ...{ interaction: 'i1', client: 'calendar', clientName: 'Calendar', clientHost: 'calendar.example', clientOwner: null },
    ...{ loginHint: null, mustSignIn: false },
    scopes: scopes.map((name) => ({ name, description: `May ${name}`, resource: null })),
    ...over,
  };
}
const decide = (decision: 'granted' | 'denied', scopes: string[], over: Partial<PendingDescription> = {}) =>
  consents.record({ subject, sid: 's1', pending: pending(scopes, over), decision });
const decided = (over: { client?: string; sid?: string; interaction?: string | null } = {}) =>
  consents.decided({ tenant, subject, client: 'calendar', sid: 's1', interaction: 'i1', ...over });
async function told() {
  const { rows } = await test.database.query<{ data: Record<string, unknown> }>('SELECT data FROM outbox ORDER BY seq');
  return rows.map(({ data }) => consentRecorded.schema.parse(data)).filter((data) => data.subject === subject);
}

describe('what a person agreed to', () => {
  it('is nothing before anything was decided', async () => {
    expect(await decided()).toMatchObject({ granted: [], decision: null });
  });

  it('a grant is remembered, is the decision of its interaction, and is told with its record', async () => {
    await decide('granted', ['openid', 'orders:read']);
    expect(await decided()).toMatchObject({ granted: ['openid', 'orders:read'], decision: 'granted' });
    expect(await told()).toMatchObject([{ decision: 'granted', client: 'calendar', scopes: ['openid', 'orders:read'] }]);
  });

  it('a denial answers its interaction and is never remembered, neither as leave nor against an earlier grant', async () => {
    await decide('denied', ['openid']);
    expect(await decided()).toMatchObject({ granted: [], decision: 'denied' });
    expect(await decided({ interaction: 'i2' })).toMatchObject({ granted: [], decision: null });
    await decide('granted', ['openid'], { interaction: 'i2' });
    await decide('denied', ['openid', 'email'], { interaction: 'i3' });
    expect(await decided({ interaction: 'i4' })).toMatchObject({ granted: ['openid'], decision: null });
  });

  it('a decision counts in its own session, interaction and client alone', async () => {
    await decide('granted', ['openid']);
    for (const elsewhere of [{ sid: 's2' }, { interaction: 'i2' }, { interaction: null }, { client: 'other' }]) {
      expect((await decided(elsewhere)).decision).toBeNull();
    }
  });

  it('a decision older than 10 minutes is nothing; what was granted stays', async () => {
    await decide('granted', ['openid']);
    await test.database.query(`UPDATE decision SET at = at - interval '601 seconds' WHERE subject = $1`, [subject]);
    expect(await decided()).toMatchObject({ granted: ['openid'], decision: null });
  });

  it('the last decision of an interaction counts', async () => {
    await decide('denied', ['openid']);
    await decide('granted', ['openid']);
    expect((await decided()).decision).toBe('granted');
  });

  it('new scopes are added to those granted before', async () => {
    await decide('granted', ['openid', 'profile']);
    await decide('granted', ['openid', 'orders:read'], { interaction: 'i2' });
    expect((await decided()).granted).toEqual(['openid', 'profile', 'orders:read']);
  });

  it('is listed in the words that were shown', async () => {
    await decide('granted', ['openid', 'orders:read']);
    expect(await consents.list(subject)).toMatchObject([
      { client: 'calendar', shown: { clientName: 'Calendar' }, words: { 'orders:read': { description: 'May orders:read' } } },
    ]);
  });
});

describe('withdrawing', () => {
  it('is committed before token-issuer is asked, and revoked before it answers', async () => {
    await decide('granted', ['openid']);
    expect(await consents.withdraw(subject, 'calendar')).toBe(true);
    expect(issuer.asked).toEqual([{ client: 'calendar', grantedThen: [] }]);
    expect(await decided()).toMatchObject({ granted: [], decision: null });
    expect(await consents.list(subject)).toEqual([]);
    expect((await told()).map(({ decision }) => decision)).toEqual(['granted', 'withdrawn']);
  });

  it('twice changes nothing and revokes again', async () => {
    await decide('granted', ['openid']);
    await consents.withdraw(subject, 'calendar');
    expect(await consents.withdraw(subject, 'calendar')).toBe(false);
    expect(issuer.asked).toHaveLength(2);
    expect(await told()).toHaveLength(2);
  });

  it('is not answered while token-issuer is away, stays withdrawn, and is repeated until it is revoked', async () => {
    await decide('granted', ['openid']);
    issuer.away = true;
    await expect(consents.withdraw(subject, 'calendar')).rejects.toBeInstanceOf(PeerUnavailable);
    expect(await decided()).toMatchObject({ granted: [], decision: null });
    await expect(consents.repeatWithdrawals()).rejects.toBeInstanceOf(PeerUnavailable);
    issuer.away = false;
    await consents.repeatWithdrawals();
    await consents.repeatWithdrawals();
    expect(issuer.asked).toHaveLength(1);
  });

  it('a new grant first finishes a withdrawal that is under way, else records nothing', async () => {
    await decide('granted', ['openid', 'email']);
    issuer.away = true;
    await expect(consents.withdraw(subject, 'calendar')).rejects.toBeInstanceOf(PeerUnavailable);
    await expect(decide('granted', ['openid'], { interaction: 'i2' })).rejects.toBeInstanceOf(PeerUnavailable);
    expect(await decided({ interaction: 'i2' })).toMatchObject({ granted: [], decision: null });
    issuer.away = false;
    await decide('granted', ['openid'], { interaction: 'i2' });
    expect(issuer.asked).toHaveLength(1);
    expect(await decided({ interaction: 'i2' })).toMatchObject({ granted: ['openid'], decision: 'granted' });
    expect((await decided({ interaction: 'i1' })).decision).toBeNull();
  });

  it('grants and withdrawals at once end in one of the two, whole', async () => {
    for (let round = 0; round < 15; round += 1) {
      await Promise.all([decide('granted', ['openid']), consents.withdraw(subject, 'calendar'), decide('granted', ['email'])].map((work) => work.catch(() => {})));
    }
    const { rows } = await test.database.query('SELECT FROM consent WHERE subject = $1 AND active AND revoking', [subject]);
    expect(rows).toEqual([]);
    await consents.withdraw(subject, 'calendar');
    expect((await decided()).granted).toEqual([]);
  });
});

describe('the form of the consent page', () => {
  it('stands for one interaction, one session and the words shown', () => {
    const shown = pending(['openid']);
    const purposes = [
      purposeOf(shown, 's1'),
      purposeOf(shown, 's2'),
      purposeOf({ ...shown, interaction: 'i2' }, 's1'),
      purposeOf(pending(['openid', 'email']), 's1'),
      purposeOf({ ...shown, clientName: 'Calender' }, 's1'),
    ];
    expect(new Set(purposes).size).toBe(purposes.length);
    expect(purposeOf(pending(['openid']), 's1')).toBe(purposes[0]);
  });
});

import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatRefreshToken, parseRefreshToken, seal, signJwt, unseal, verifyOwnJwt } from '@latchkey/oauth';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { migrations } from '../migrations/migrations.ts';
import { KeyEncryption } from './key-encryption.ts';
import { SecretKeys } from './secret-keys.ts';
import { SigningKeys } from './signing-keys.ts';

const DAY = 86_400_000;
const encryption = KeyEncryption.from('k'.repeat(42) + 'w', Buffer.alloc(32));
const clock = { at: Date.now() };
const now = () => clock.at;

let db: TestDatabase | undefined;
beforeEach(async () => {
  await db?.close();
  db = await testDatabase(migrations);
  clock.at = Date.now();
});
afterAll(() => db?.close());

const signing = (over: Partial<ConstructorParameters<typeof SigningKeys>[0]> = {}) =>
  new SigningKeys({ database: db!.database, tenant: 'main', encryption, now, rotateAfterMs: 60 * DAY, overlapMs: 2 * DAY, ...over });
const started = async (keys = signing()) => (await keys.start(), keys);
const kids = (keys: SigningKeys) => keys.jwks().keys.map(({ kid }) => kid!);
/** Makes all that stands in the table so much older. */
const age = (days: number) =>
  db!.database.query(
    `UPDATE signing_key SET created_at = created_at - $1 * interval '1 day', active_at = active_at - $1 * interval '1 day',
      retired_at = retired_at - $1 * interval '1 day', published_until = published_until - $1 * interval '1 day'`,
    [days],
  );

describe('signing keys (design, section 10)', () => {
  it('are one active and one next an algorithm, however many replicas start at once', async () => {
    const replicas = await Promise.all([1, 2, 3, 4].map(() => started()));
    for (const replica of replicas) await replica.refresh();
    expect(kids(replicas[0]!)).toHaveLength(4);
    for (const replica of replicas) expect(kids(replica).sort()).toEqual(kids(replicas[0]!).sort());
  });

  it('rotate without a restart: next signs, active stays published, a new next is shown', async () => {
    const [one, two] = [await started(), await started()];
    const before = { active: one.signer('ES256').kid, shown: kids(one) };
    const old = await signJwt(one.signer('ES256'), 'at+jwt', { a: 1 });
    await one.rotate('ES256');
    const { kid } = one.signer('ES256');
    expect(kid).not.toBe(before.active);
    expect(before.shown).toContain(kid);
    expect(kids(one)).toEqual(expect.arrayContaining(before.shown));
    expect(kids(one)).toHaveLength(5);
    const fresh = await signJwt(one.signer('ES256'), 'at+jwt', { a: 2 });
    expect(await verifyOwnJwt(fresh, { typ: 'at+jwt', find: two.find })).toEqual({ a: 2 });
    await two.refresh();
    expect(two.signer('ES256').kid).toBe(kid);
    expect(await verifyOwnJwt(old, { typ: 'at+jwt', find: two.find })).toEqual({ a: 1 });
    expect(one.signer('RS256').kid).toBe(two.signer('RS256').kid);
  });

  it('leave the published list when their overlap is over: they read an old hint, and no access token', async () => {
    const keys = await started();
    const { kid } = keys.signer('RS256');
    await keys.rotate(null);
    expect(kids(keys)).toContain(kid);
    await age(3);
    await keys.refresh();
    expect(kids(keys)).not.toContain(kid);
    expect(kids(keys)).toHaveLength(4);
    expect(keys.find(kid)).toBeDefined();
    expect(keys.findPublished(kid)).toBeUndefined();
    expect(keys.findPublished(keys.signer('RS256').kid)).toBeDefined();
  });

  it('turn by themselves when they have grown old, once, and never to a key that was not published for an hour', async () => {
    const keys = await started();
    const { kid } = keys.signer('ES256');
    await keys.rotateWhenDue();
    expect(keys.signer('ES256').kid).toBe(kid);
    await age(61);
    await keys.refresh();
    const other = await started();
    await Promise.all([keys.rotateWhenDue(), other.rotateWhenDue()]);
    await Promise.all([keys.refresh(), other.refresh()]);
    expect(keys.signer('ES256').kid).not.toBe(kid);
    expect(other.signer('ES256').kid).toBe(keys.signer('ES256').kid);
    expect(kids(keys)).toHaveLength(6);
  });

  it('are unreadable in the database, and a wrong key-encryption key is refused, not replaced', async () => {
    const keys = await started();
    const { rows } = await db!.database.query<{ sealed: string }>('SELECT sealed FROM signing_key');
    for (const { sealed } of rows) expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/PRIVATE|\x30\x82/);
    const wrong = signing({ encryption: KeyEncryption.from(undefined, Buffer.alloc(32, 1)) });
    await expect(wrong.start()).rejects.toMatchObject({ name: 'KeyUnreadable' });
    await keys.refresh();
    expect(kids(keys)).toHaveLength(4);
  });
});

describe('seal and MAC keys', () => {
  const secrets = async () => {
    const keys = new SecretKeys({ database: db!.database, tenant: 'main', encryption, now });
    await keys.start();
    return keys;
  };

  it('are the same on every replica', async () => {
    const [one, two] = await Promise.all([secrets(), secrets()]);
    expect(unseal(two.seals.find, 'p', 'c', seal(one.seals.current, 'p', 'c', 'x'))).toBe('x');
    const token = formatRefreshToken(one.macs.current, 'main', 'ab1', 0);
    expect(parseRefreshToken(two.macs.find, 'main', token)).not.toBeNull();
    expect(one.macs.find(one.seals.current.id)).toBeUndefined();
  });

  it('open what they made after they were replaced; a new one waits until every replica has read it', async () => {
    const keys = await secrets();
    const sealed = seal(keys.seals.current, 'p', 'c', 'x');
    const { id } = keys.seals.current;
    await db!.database.query(`UPDATE secret_key SET created_at = created_at - interval '31 days'`);
    await keys.rotateWhenDue();
    expect(keys.seals.current.id).toBe(id);
    clock.at += 61_000;
    expect(keys.seals.current.id).not.toBe(id);
    expect(unseal(keys.seals.find, 'p', 'c', sealed)).toBe('x');
  });
});

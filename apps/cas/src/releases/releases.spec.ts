import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServiceEntry } from '@latchkey/contracts';
import { FakeClock, testDatabase } from '@latchkey/testing';
import { keeperMigrations, launchKeepers, service, type Keepers } from '../cas.fixture.ts';
import { casUser, releasedAttributes } from '../validate/release.ts';

const ada = { subject: 'sub-1', username: 'ada', name: 'Ada Lovelace', attributes: { email: ['ada@example.org'], salary: ['9000'], team: ['a', 'b'] }, groups: [] };
let room: Keepers;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
});
afterAll(() => room.close());
beforeEach(() => room.database.query('TRUNCATE release'));

const asks = (over: Partial<ServiceEntry>) => service({ attributeConsent: true, ...over });
const told = async (entry: ServiceEntry) => Object.fromEntries(releasedAttributes(entry, ada, await room.releases.agreed(entry, ada.subject)));

describe('what was agreed to is told, and nothing that an entry was changed to since', () => {
  it.each<[string, ServiceEntry['attributes'], ServiceEntry['attributes'], object]>([
    ['one more attribute', ['email'], ['email', 'salary'], { email: ['ada@example.org'] }],
    ['another attribute under the same name', ['email'], [{ name: 'email', from: 'salary' }], {}],
    ['another attribute under the same new name', [{ name: 'mail', from: 'email' }], [{ name: 'mail', from: 'salary' }], {}],
    ['more of its values', [{ name: 'team', only: 'a' }], ['team'], {}],
    ['other ones of its values', [{ name: 'team', only: 'a' }], [{ name: 'team', only: 'b' }], {}],
  ])('%s', async (_what, before, after, expected) => {
    const [agreedTo, changed] = [asks({ attributes: before }), asks({ attributes: after })];
    await room.releases.agree(agreedTo, ada.subject, []);
    expect([await room.releases.isOwed(agreedTo, ada.subject), await room.releases.isOwed(changed, ada.subject)]).toEqual([false, true]);
    expect(await told(changed)).toEqual(expected);
  });

  it('the same said in other words is the same', async () => {
    await room.releases.agree(asks({ attributes: ['email'] }), ada.subject, []);
    const same = asks({ attributes: [{ name: 'email', from: 'email' }] });
    expect([await room.releases.isOwed(same, ada.subject), await told(same)]).toEqual([false, { email: ['ada@example.org'] }]);
  });

  it('nobody is named by an attribute that has the name of another one that was agreed to', async () => {
    await room.releases.agree(asks({ attributes: [{ name: 'salary', from: 'email' }] }), ada.subject, []);
    const changed = asks({ attributes: [{ name: 'salary', from: 'email' }], usernameAttribute: 'salary' });
    expect(await room.releases.isOwed(changed, ada.subject)).toBe(true);
    const agreed = await room.releases.agreed(changed, ada.subject);
    expect(() => casUser(changed, ada, agreed)).toThrow('The person has not agreed');
  });
});

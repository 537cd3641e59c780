import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

interface PersonBody {
  readonly subject: string;
  readonly enabled: boolean;
}

const GOOD = 'seven purple giraffes dancing';

describe('people over the admin REST API', () => {
  let platform: Deployment;
  let walk: Walk;

  beforeAll(async () => {
    platform = await deploy({ declaration: declaration({ application: 'http://127.0.0.1:1' }) });
    walk = new Walk(platform, 'http://127.0.0.1:1');
  });
  afterAll(() => platform?.close());

  const find = async (username: string): Promise<PersonBody> => {
    const { body } = await walk.admin('GET', `/people?search=${username}`);
    return (body as { items: PersonBody[] }).items[0]!;
  };
  const codeOf = (body: unknown): string => (body as { code: string }).code;

  describe('the password policy has one rule for every entrance (NIST SP 800-63B-4 §3.1.1.2; ASVS 6.2.4)', () => {
    it.each([['short'], ['passwordpassword1'], ['mallorymallory12'], ['aaaaaaaaaaaaaaaaaaaa'], ['x'.repeat(257)]])(
      'a person is not created with the password %p',
      async (password) => {
        const { status, body } = await walk.admin('PUT', '/people', { username: 'mallory', name: 'Mallory', password });
        expect([status, (body as { errors: { path: string }[] }).errors[0]?.path]).toEqual([400, 'password']);
        expect((await walk.admin('GET', '/people?search=mallory')).body).toMatchObject({ items: [] });
      },
    );

    it.each([['short'], ['passwordpassword1'], ['gracegrace hopper']])('nor is somebody given the password %p', async (password) => {
      const { subject } = await find('grace');
      expect((await walk.admin('POST', `/people/${subject}/password`, { password })).status).toBe(400);
      const entry = { username: 'grace', name: 'Grace Hopper', password };
      expect((await walk.admin('PUT', '/people', entry)).status).toBe(400);
    });

    it('a good one is taken', async () => {
      expect((await walk.admin('PUT', '/people', { username: 'trent', name: 'Trent', password: GOOD })).status).toBe(201);
      expect((await walk.signIn(new Browser(), 'trent', GOOD)).body).not.toContain('data-error');
    });
  });

  describe('the last enabled administrator stays (a clear 409)', () => {
    it('cannot be disabled, deleted or put out of the group', async () => {
      const { subject } = await find('ada');
      const without = { username: 'ada', name: 'Ada Lovelace', groups: ['staff'] };
      const refused = [
        await walk.admin('POST', `/people/${subject}/disable`),
        await walk.admin('DELETE', `/people/${subject}`),
        await walk.admin('PUT', '/people', without),
        await walk.admin('PUT', '/people', { ...without, groups: ['latchkey-admins'], enabled: false }),
      ];
      expect(refused.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(4).fill([409, 'last_member']));
      expect((await walk.signIn(new Browser())).body).not.toContain('data-error');
    });

    it('two who shut each other out at once do not both succeed', async () => {
      await walk.admin('PUT', '/people', { username: 'second', name: 'Second', groups: ['latchkey-admins'], password: GOOD });
      const [one, other] = [await find('ada'), await find('second')];
      const answers = await Promise.all([one, other].map(({ subject }) => walk.admin('POST', `/people/${subject}/disable`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      for (const { subject } of [one, other]) await walk.admin('POST', `/people/${subject}/enable`);
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyDeclarationTo } from '@latchkey/all-in-one';
import { emptyDatabase, launchPlatform, type Launched } from '@latchkey/testing';
import { declaration } from './platform/declaration.ts';

/** The message of what was thrown; a test fails when nothing was. */
async function refusal(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => {
      throw new Error('nothing was refused');
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('a start that cannot work says what is wrong, where, and what to do', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;

  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.close());

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it('a wrong database password, without repeating it', async () => {
    const url = changed((to) => {
      to.username = 'latchkey_nobody';
      to.password = 'hunter2-hunter2';
    });
    const said = await refusal(() => launchPlatform({ databaseUrl: url }));
    expect(said).toMatch(/latchkey_nobody@127\.0\.0\.1/);
    expect(said).toMatch(/DATABASE_URL/);
    expect(said).not.toContain('hunter2');
  });

  it('a database that is not there', async () => {
    const said = await refusal(() => launchPlatform({ databaseUrl: changed((to) => (to.pathname = '/not_there')) }));
    expect(said).toMatch(/not_there/);
    expect(said).toMatch(/DATABASE_URL/);
  });

  it('a server that does not answer', async () => {
    expect(await refusal(() => launchPlatform({ databaseUrl: changed((to) => (to.port = '1')) }))).toMatch(/127\.0\.0\.1:1\b/);
  });

  it('settings that cannot be used, all of them together', async () => {
    const said = await refusal(() => launchPlatform({ databaseUrl: database.url, environment: { LATCHKEY_PUBLIC_URL: 'nowhere/', LATCHKEY_COOKIE_KEY: 'short', LATCHKEY_LOG_LEVEL: 'loud' } }));
    for (const name of ['LATCHKEY_PUBLIC_URL', 'LATCHKEY_COOKIE_KEY', 'LATCHKEY_LOG_LEVEL']) expect(said).toContain(name);
  });
});

describe('a declarative file with an error is refused whole', () => {
  let platform: Launched;

  beforeAll(async () => {
    platform = await launchPlatform({ declaration: declaration({ application: 'https://app.example' }) });
  });
  afterAll(() => platform?.close());

  it('each error with its line, and nothing of the file is applied', async () => {
    const before = await platform.rooms.get('management')!.infra.postgres.query('SELECT kind, id, revision FROM registry ORDER BY kind, id');
    const file = [
      'people:',
      '  - username: eve', // the name is missing
      '    password: long enough for anybody',
      'services:',
      '  - id: good',
      '    name: Good',
      '    urls: [https://good.example/]',
      '  - id: bad',
      '    name: Bad',
      '    urls: ["javascript:alert(1)"]',
      '    colour: red',
      'clients:',
      '  - id: poor',
      '    name: Poor',
      '    redirectUris: [https://poor.example/cb]',
      '    secret: short',
    ].join('\n');
    const said = await refusal(() => applyDeclarationTo(platform, file, 'broken.yaml'));
    for (const line of ['broken.yaml has 4 errors', 'line 2,', 'line 10,', 'line 11,', 'line 16,']) expect(said).toContain(line);
    expect(await platform.rooms.get('management')!.infra.postgres.query('SELECT kind, id, revision FROM registry ORDER BY kind, id')).toEqual(before);
    expect((await platform.rooms.get('cas')!.infra.postgres.query("SELECT 1 FROM person WHERE username = 'eve'")).count).toBe(0);
  });

  it('applied again unchanged, a good file writes nothing', async () => {
    const rows = (): Promise<unknown> => platform.rooms.get('management')!.infra.postgres.query('SELECT kind, id, revision, updated_at FROM registry ORDER BY kind, id');
    const before = await rows();
    await applyDeclarationTo(platform, declaration({ application: 'https://app.example' }).replaceAll('{{url}}', platform.url), 'test.yaml');
    expect(await rows()).toEqual(before);
  });
});

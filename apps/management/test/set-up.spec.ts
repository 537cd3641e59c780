import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@latchkey/testing';
import { launchManagement, PUBLIC_URL, type Answered, type Launched } from './launch.ts';

const PASSWORD = 'correct horse battery staple';

describe('the link that makes the first administrator', () => {
  let m: Launched;
  beforeEach(async () => {
    m = await launchManagement(await testDatabase([], { schema: 'management' }));
  });
  afterEach(() => m.close());

  const open = async (url: string): Promise<{ page: Answered; cookie: string; csrf: string; token: string }> => {
    const page = await m.call('GET', url.replace(PUBLIC_URL, ''));
    const cookie = String([page.headers['set-cookie']].flat()[0] ?? '').split(';')[0] ?? '';
    const csrf = /name="csrf" value="([^"]+)"|value="([^"]+)" name="csrf"/.exec(page.text);
    return { page, cookie, csrf: csrf?.[1] ?? csrf?.[2] ?? '', token: new URL(url).searchParams.get('token') ?? '' };
  };
  const post = (form: { cookie: string; csrf: string; token: string }, fields: Record<string, string> = {}) =>
    m.call('POST', '/admin/setup', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: form.cookie, origin: PUBLIC_URL },
      body: new URLSearchParams({ csrf: form.csrf, token: form.token, name: 'Root', login: 'root', password: PASSWORD, ...fields }).toString(),
    });

  it('is printed once, works once and makes a member of latchkey-admins', async () => {
    const url = await m.parts.setupUrl();
    expect(url).toMatch(/^http:\/\/localhost:8080\/admin\/setup\?token=[\w-]{43}$/);
    expect(await m.parts.setupUrl()).toBeNull();
    const form = await open(url!);
    expect(form.page.status).toBe(200);
    const made = await post(form);
    expect([made.status, made.headers['location']]).toEqual([303, '/account']);
    expect(m.rooms.people.get('root')?.groups).toEqual(['latchkey-admins']);
    expect((await post(form, { login: 'second' })).status).toBe(410);
    expect((await open(url!)).page.status).toBe(410);
    expect(m.rooms.people.size).toBe(1);
  });

  it('has one winner among 50 posts at once', async () => {
    const form = await open((await m.parts.setupUrl())!);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => post(form, { login: `root-${index}` })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(49);
    expect(m.rooms.people.size).toBe(1);
  });

  it('is not used up by looking, by a bad form or by another room being away', async () => {
    const form = await open((await m.parts.setupUrl())!);
    expect((await post(form, { password: 'short' })).status).toBe(400);
    expect((await post(form, { login: 'a b' })).status).toBe(400);
    m.rooms.away.add('cas');
    expect((await post(form)).status).toBe(503);
    m.rooms.away.clear();
    expect((await post(form)).status).toBe(303);
  });

  it('takes no form from elsewhere', async () => {
    const form = await open((await m.parts.setupUrl())!);
    expect((await post({ ...form, csrf: 'x' })).status).toBe(403);
    expect((await post({ ...form, cookie: 'latchkey-flow=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })).status).toBe(403);
    expect(m.rooms.people.size).toBe(0);
  });

  it('does not take over a person who is no administrator', async () => {
    await m.parts.apply('people: [{username: ada, name: Ada}]');
    const form = await open((await m.parts.setupUrl())!);
    expect((await post(form, { login: 'ada' })).status).toBe(400);
    expect(m.rooms.people.get('ada')?.groups).toEqual([]);
  });

  it('keeps only a hash, is replaced at the next start and ends with its time', async () => {
    const first = await m.parts.setupUrl();
    const { rows } = await m.running.infra.postgres.query('SELECT * FROM setup_link');
    expect(JSON.stringify(rows)).not.toContain(new URL(first!).searchParams.get('token')!);
    await m.parts.start?.();
    const second = await m.parts.setupUrl();
    expect((await open(first!)).page.status).toBe(410);
    expect((await open(second!)).page.status).toBe(200);
    await m.running.infra.postgres.query("UPDATE setup_link SET expires_at = now() - interval '1 second'");
    expect((await open(second!)).page.status).toBe(410);
  });

  it('is never made again once there was an administrator, wherever they came from', async () => {
    await m.parts.apply('people: [{username: root, name: Root, groups: [latchkey-admins]}]');
    expect(await m.parts.setupUrl()).toBeNull();
    await m.parts.start?.();
    expect(await m.parts.setupUrl()).toBeNull();
  });
});

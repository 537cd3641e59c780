import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOMS, type Room } from '@latchkey/contracts';
import { Browser } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { deploySplit, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

const ROUNDS = 20;
const root = fileURLToPath(new URL('..', import.meta.url));
const releases = join(root, 'fixtures', 'releases');

/** The release before this one, as `npm run keep:release` kept it; its rooms find each other in it and all else in this clone. */
function unpackPrevious(): string {
  const [kept] = readdirSync(releases).filter((name) => name.endsWith('.tgz'));
  if (kept === undefined) throw new Error(`no release is kept in ${releases}: npm run keep:release -- REF`);
  mkdirSync(join(root, '.latchkey'), { recursive: true });
  const folder = mkdtempSync(join(root, '.latchkey', 'previous-'));
  execFileSync('tar', ['-xzf', join(releases, kept), '-C', folder]);
  mkdirSync(join(folder, 'node_modules', '@latchkey'), { recursive: true });
  for (const layer of ['apps', 'libs']) for (const name of readdirSync(join(folder, layer))) symlinkSync(join(folder, layer, name), join(folder, 'node_modules', '@latchkey', name));
  return folder;
}

describe('an upgrade without an outage: expand, deploy, contract (design §10)', () => {
  let previous: string;
  let application: Application;
  let platform: Deployment;
  let walk: Walk;

  beforeAll(async () => {
    previous = unpackPrevious();
    application = await Application.start();
    platform = await deploySplit({
      declaration: declaration({ application: application.url, people: 4 }),
      environment: { LATCHKEY_DOTTED_COOKIES: 'yes', LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort, LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000' },
      // Replica 0 of every room is of this release and asks both; replica 1 is of the one before, which knows one address a room.
      replica: (room, index, peers) =>
        index === 0
          ? {}
          : {
              entry: join(previous, 'apps', room, 'dist', 'main.js'),
              env: { LATCHKEY_PEERS: JSON.stringify(Object.fromEntries(ROOMS.map((each) => [each, peers[each][1]]))) },
            },
    });
    walk = new Walk(platform, application.url);
  }, 180_000);
  afterAll(async () => {
    await platform?.close();
    await application?.close();
    if (previous !== undefined) rmSync(previous, { recursive: true, force: true });
  }, 60_000);

  it('the schema is newer than the previous release knows, or this test shows nothing', async () => {
    const newer: string[] = [];
    for (const room of ROOMS) {
      const applied = await platform.rows<{ name: string }>(room, 'SELECT name FROM migration');
      const known = await knownTo(previous, room);
      newer.push(...applied.map(({ name }) => name).filter((name) => !known.some((each) => name.startsWith(each))));
    }
    expect(newer.length).toBeGreaterThan(0);
  }, 120_000);

  it('replicas of both serve every login between them, and every logout reaches both applications', async () => {
    await Promise.all(
      Array.from({ length: ROUNDS }, async (_, round) => {
        const browser = new Browser();
        await walk.signIn(browser, `p${round % 4}`);
        const ticket = await walk.ticket(browser);
        expect(await walk.validate(ticket)).toContain('authenticationSuccess');
        const tokens = await walk.tokens(browser);
        expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(200);
        expect((await walk.introspect(tokens.access_token)).active).toBe(true);
        expect((await browser.visit(`${platform.url}/cas/logout`, { follow: false })).status).toBe(303);
        expect((await walk.introspect(tokens.access_token)).active).toBe(false);
        expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
        const { sid } = decodeJwt(tokens.id_token!) as { sid: string };
        await application.hears(({ path, form }) => path === '/shop' && form.get('logoutRequest')!.includes(ticket), 30_000);
        await application.hears(({ path, form }) => path === '/backchannel/web' && decodeJwt(form.get('logout_token')!)['sid'] === sid, 30_000);
      }),
    );
  }, 120_000);

  it.each([0, 1])('replica %i of every room can end while the other serves on', async (index) => {
    const leaving = platform.split!.replicas.filter((each) => each.index === index);
    for (const replica of leaving) await replica.stop();
    const browser = new Browser();
    await walk.signIn(browser, 'ada');
    expect(await walk.validate(await walk.ticket(browser))).toContain('authenticationSuccess');
    const tokens = await walk.tokens(browser);
    expect((await walk.introspect(tokens.access_token)).active).toBe(true);
    await Promise.all(leaving.map((replica) => replica.start()));
  }, 120_000);
});

/** Names of the migrations that a room of the previous release asks for. */
async function knownTo(folder: string, room: Room): Promise<string[]> {
  const script = `const { room } = await import(process.argv[1]); console.log(JSON.stringify(room.migrations.map(({ name }) => name)))`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script, join(folder, 'apps', room, 'dist', 'index.js')], { encoding: 'utf8' });
  return JSON.parse(said) as string[];
}

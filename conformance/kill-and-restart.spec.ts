import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, emptyDatabase, freePort } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

const PEOPLE = 200;
const AT_ONCE = 10;

describe('kill -9 in the middle of 200 sign-outs (INV-3)', () => {
  let application: Application;
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  let folder: string;
  let port: number;
  let server: ChildProcess | undefined;

  const start = (): Promise<ChildProcess> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('./platform/server.mjs', import.meta.url)), {
        // Nothing of jest's own process may reach the product's.
        execArgv: [],
        env: {
          PATH: process.env['PATH'],
          TEST_DATABASE_URL: database.url,
          TEST_DATA_DIR: folder,
          TEST_PORT: String(port),
          TEST_APPLY: join(folder, 'test.yaml'),
          LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort,
          LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000',
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child.once('message', () => resolve(child));
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
  const kill = (child: ChildProcess): Promise<void> =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });

  beforeAll(async () => {
    application = await Application.start();
    database = await emptyDatabase();
    folder = mkdtempSync(join(tmpdir(), 'latchkey-kill-'));
    port = await freePort();
    writeFileSync(join(folder, 'test.yaml'), declaration({ application: application.url, people: 4 }).replaceAll('{{url}}', `http://localhost:${port}`));
    server = await start();
  }, 60_000);
  afterAll(async () => {
    if (server !== undefined) await kill(server);
    await application?.close();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('after a restart all 200 applications have been told', async () => {
    const walk = new Walk({ url: `http://localhost:${port}` }, application.url);
    const browsers: { browser: Browser; ticket: string }[] = [];
    for (let begun = 0; begun < PEOPLE; begun += AT_ONCE) {
      browsers.push(
        ...(await Promise.all(
          Array.from({ length: AT_ONCE }, async (_, index) => {
            const browser = new Browser();
            await walk.signIn(browser, `p${(begun + index) % 4}`);
            const ticket = await walk.ticket(browser);
            expect(await walk.validate(ticket)).toContain('authenticationSuccess');
            return { browser, ticket };
          }),
        )),
      );
    }

    let answered = 0;
    const signOuts = browsers.map(async ({ browser, ticket }, index) => {
      // Spread a little, so that the kill falls among sign-outs, relays and deliveries alike.
      if (index >= PEOPLE / 2) await application.until(() => application.told.length >= Math.min(index - PEOPLE / 2, 20), 30_000).catch(() => {});
      const done = await browser.visit(`${walk.platform.url}/cas/logout`, { follow: false }).then(
        ({ status }) => status < 400,
        () => false,
      );
      if (done) answered++;
      if (answered === Math.floor(PEOPLE * 0.4)) server?.kill('SIGKILL');
      return { browser, ticket, done };
    });
    const outcomes = await Promise.all(signOuts);
    await kill(server!);
    const unanswered = outcomes.filter(({ done }) => !done);
    expect(unanswered.length).toBeGreaterThan(0);

    server = await start();
    // A sign-out that got no answer is tried again by the person; either way each application must hear of it.
    for (const { browser } of unanswered) await browser.visit(`${walk.platform.url}/cas/logout`, { follow: false });
    const missing = (): string[] => {
      const told = new Set(application.told.map(({ form }) => /<samlp:SessionIndex>([^<]+)</.exec(form.get('logoutRequest') ?? '')?.[1]));
      return browsers.map(({ ticket }) => ticket).filter((ticket) => !told.has(ticket));
    };
    await application.until(() => missing().length === 0, 45_000).catch(() => {});
    expect(missing()).toEqual([]);
  }, 180_000);
});

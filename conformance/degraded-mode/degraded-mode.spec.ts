import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOMS, type Room } from '@latchkey/contracts';
import { decodeJwt } from 'jose';
import { Application } from '../platform/application.ts';
import { declaration } from '../platform/declaration.ts';
import { deploySplit, type Deployment } from '../platform/deploy.ts';
import { eventually } from '../platform/eventually.ts';
import { Walk } from '../platform/walk.ts';
import { prepare, type Outcome, type Prepared } from './operations.ts';
import { ownServers, type Servers } from './servers.ts';

interface Contract {
  readonly operations: Readonly<Record<string, string>>;
  readonly conditions: readonly { id: string; what: string; how: string; refused: readonly string[]; late?: readonly string[] }[];
}

/** docs/degraded-mode.md is generated from the same file. */
const contract = JSON.parse(readFileSync(new URL('./contract.json', import.meta.url), 'utf8')) as Contract;

const HEARD_MS = 10_000;
const NOTICED_MS = 2_000;
const RECOVERY_MS = 30_000;

describe('what works and what is refused while something is away (INV-9, INV-10)', () => {
  let servers: Servers;
  let application: Application;
  let platform: Deployment;
  let walk: Walk;

  beforeAll(async () => {
    servers = await ownServers();
    application = await Application.start();
    platform = await deploySplit({
      declaration: declaration({ application: application.url, people: 1 }),
      environment: {
        LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort,
        LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000',
        LATCHKEY_TICKET_SECONDS: '300',
        LATCHKEY_CODE_SECONDS: '600',
      },
      replicas: 1,
      servers: { databaseUrl: servers.postgres.address, redisUrl: servers.redis.address, brokers: servers.kafka.address },
    });
    walk = new Walk(platform, application.url);
  }, 180_000);
  afterAll(async () => {
    await platform?.close();
    await application?.close();
    await servers?.stop();
  }, 60_000);

  /** Takes away what the condition says; returns the way to give it back. */
  async function fault(id: string): Promise<() => Promise<void>> {
    const cut = id.lastIndexOf('-');
    const [what, how] = [id.slice(0, cut), id.slice(cut + 1)];
    const server = (servers as unknown as Record<string, Servers['redis'] | undefined>)[what];
    if (server !== undefined && how === 'down') {
      await server.kill();
      return () => server.start();
    }
    if (server !== undefined) {
      server.freeze();
      return async () => server.thaw();
    }
    if (!(ROOMS as readonly string[]).includes(what)) throw new Error(`nothing is called ${what}`);
    const replicas = platform.split!.of(what as Room);
    for (const replica of replicas) await (how === 'down' ? replica.kill() : replica.pause());
    return async () => {
      for (const replica of replicas) await (how === 'down' ? replica.start() : replica.resume());
    };
  }

  const outcomes = async ({ operations }: Prepared): Promise<Record<string, Outcome>> =>
    Object.fromEntries(await Promise.all(Object.entries(operations).map(async ([name, operation]) => [name, await operation()] as const)));
  const told = {
    cas: ({ ticket }: Prepared) => application.hears(({ path, form }) => path === '/shop' && form.get('logoutRequest')!.includes(ticket), HEARD_MS),
    oidc: ({ sid }: Prepared) => application.hears(({ path, form }) => path === '/backchannel/web' && decodeJwt(form.get('logout_token')!)['sid'] === sid, HEARD_MS),
  };
  const allWorks = Object.fromEntries(Object.keys(contract.operations).map((name) => [name, 'works']));
  const recovered = (): Promise<void> => eventually(async () => expect(await outcomes(await prepare(walk))).toEqual(allWorks), RECOVERY_MS);

  it('everything works while all is well', async () => {
    const prepared = await prepare(walk);
    expect(await outcomes(prepared)).toEqual(allWorks);
    await Promise.all([told.cas(prepared), told.oidc(prepared)]);
  }, 60_000);

  it.each(contract.conditions)('$what ($how)', async ({ id, refused, late = [] }) => {
    await recovered();
    const prepared = await prepare(walk);
    const mend = await fault(id);
    try {
      // What costs no statement stops a second after PostgreSQL was last heard.
      if (refused.includes('machine')) await eventually(async () => expect(await prepared.operations['machine']!()).toBe('refused'), NOTICED_MS);
      const expected = Object.fromEntries(Object.keys(contract.operations).map((name) => [name, refused.includes(name) ? 'refused' : 'works']));
      expect(await outcomes(prepared)).toEqual(expected);
      if (expected['signOut'] === 'works') {
        for (const protocol of ['cas', 'oidc'] as const) if (!late.includes(protocol)) await told[protocol](prepared);
      }
    } finally {
      await mend();
    }
    if (refused.includes('signOut')) await eventually(async () => expect(await prepared.signOutAgain()).toBe('works'), RECOVERY_MS);
    await Promise.all([told.cas(prepared), told.oidc(prepared)]);
    await recovered();
  }, 180_000);
});

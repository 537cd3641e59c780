import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { eventually } from './platform/eventually.ts';
import { Walk } from './platform/walk.ts';

const LIVE_MS = 1_000;
/** Requests are spread at random: so many in a row leave out neither of two replicas but once in two thousand times. */
const IN_A_ROW = 12;

describe('a change of the service registry is live on every replica within a second, without a restart', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;
  let browser: Browser;
  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({ declaration: declaration({ application: application.url }), environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort } });
    walk = new Walk(platform, application.url);
    browser = walk.browser();
    await walk.signIn(browser, 'ada');
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  const put = async (entry: object) => expect([200, 201]).toContain((await walk.admin('PUT', '/services/new', { name: 'New', ...entry })).status);
  const enter = async (service: string): Promise<string> => {
    const page = await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent(service)}`, { follow: false });
    return page.status === 303 ? String(page.headers['location']).split('?')[0]! : (/data-error="([^"]+)"/.exec(page.body)?.[1] ?? `status ${page.status}`);
  };
  const everywhere = (service: string, outcome: string): Promise<void> =>
    eventually(async () => {
      for (let asked = 0; asked < IN_A_ROW; asked += 1) expect(await enter(service)).toBe(outcome);
    }, LIVE_MS);

  it('a new service, another way of matching, other people let in, a closed and a deleted service', async () => {
    const [at, below] = ['https://new.example/', 'https://new.example/below'];
    await everywhere(at, 'service_not_registered');
    await put({ urls: [at] });
    await everywhere(at, at);
    expect(await enter(below)).toBe('service_not_registered');
    await put({ urls: ['https://new.example/(below)?'], match: 'regex' });
    await everywhere(below, below);
    await put({ urls: [at], groups: ['nobody'] });
    await everywhere(at, 'not_admitted');
    await put({ urls: [at], acr: '2' });
    await everywhere(at, 'second_factor_needed');
    await put({ urls: [at], expiresAt: '2020-01-01T00:00:00Z' });
    await everywhere(at, 'service_disabled');
    await put({ urls: [at], attributeConsent: true, attributes: ['email'] });
    await everywhere(at, '/cas/release');
    expect((await walk.admin('DELETE', '/services/new')).status).toBe(204);
    await everywhere(at, 'service_not_registered');
  });
});

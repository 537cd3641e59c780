import { consentPeer } from '@latchkey/contracts';
import { RegistryCopy } from '@latchkey/peers';
import { Cookies, FormGuard, answers, collectRegistry, type RoomDefinition } from '@latchkey/runtime';
import { consentConfig, type ConsentConfig } from './config.ts';
import { ConsentModule } from './consent.module.ts';
import { Consents } from './consents/consents.ts';
import { listeners } from './events.ts';
import { migrations } from './migrations/migrations.ts';
import { errorPages } from './pages/error-pages.ts';
import { PEERS, SESSIONS, TENANT } from './tokens.ts';

export const room: RoomDefinition<ConsentConfig> = {
  room: 'consent',
  schema: 'consent',
  config: consentConfig,
  migrations,
  paths: ['/consent'],
  create({ config, tenant, postgres: database, bus, peers, http, sessions, clock, logger, metrics, security }) {
    const registry = new RegistryCopy({ database, peers, tenant, kinds: ['client'] });
    collectRegistry(metrics, () => registry.revision);
    const consents = new Consents({ database, bus, peers, clock, tenant, security });
    return {
      module: ConsentModule.register([
        { provide: Consents, useValue: consents },
        { provide: RegistryCopy, useValue: registry },
        { provide: Cookies, useValue: new Cookies(http) },
        { provide: FormGuard, useValue: new FormGuard(http) },
        { provide: PEERS, useValue: peers },
        { provide: SESSIONS, useValue: sessions },
        { provide: TENANT, useValue: tenant },
      ]),
      listeners: listeners(registry),
      answers: [
        answers(consentPeer, {
          decided: (request) => consents.decided(request),
          list: async ({ subject }) => ({
            consents: (await consents.list(subject)).map(({ client, scopes, grantedAt }) => ({ client, scopes, grantedAt })),
          }),
          withdraw: async ({ subject, client }) => ({ withdrawn: await consents.withdraw(subject, client) }),
        }),
      ],
      jobs: [
        { name: 'registry', everyMs: 1_000, run: () => registry.refresh() },
        {
          name: 'repeat withdrawals',
          everyMs: config.LATCHKEY_CONSENT_REPEAT_SECONDS * 1_000,
          run: () => consents.repeatWithdrawals(),
        },
      ],
      renderers: [errorPages(logger)],
      start: () => registry.load(),
    };
  },
};

import { answers, type RoomDefinition } from '@latchkey/runtime';
import { sessionStorePeer } from '@latchkey/contracts';
import { sessionStoreConfig, type SessionStoreConfig } from './config.ts';
import { listeners } from './events.ts';
import { migrations } from './migrations/migrations.ts';
import { SessionStoreModule } from './session-store.module.ts';
import { Copies } from './sessions/copies.ts';
import { Housekeeping } from './sessions/housekeeping.ts';
import { counted } from './sessions/observer.ts';
import { Sessions } from './sessions/sessions.ts';

export const room: RoomDefinition<SessionStoreConfig> = {
  room: 'session-store',
  schema: 'session',
  config: sessionStoreConfig,
  migrations,
  paths: [],
  create({ config, http, postgres: database, hot, bus, logger, metrics, security }) {
    const limits = {
      idleSeconds: config.LATCHKEY_SESSION_IDLE_SECONDS,
      absoluteSeconds: config.LATCHKEY_SESSION_ABSOLUTE_SECONDS,
    };
    const copies = new Copies({ database, hot, logger });
    const observer = counted(metrics, security);
    const sessions = new Sessions({ database, bus, copies, cookieKey: http.cookieKey, limits, observer, dottedCookies: config.LATCHKEY_DOTTED_COOKIES === 'yes' });
    const housekeeping = new Housekeeping({ database, bus, keepDays: config.LATCHKEY_SESSION_KEEP_DAYS, observer });
    return {
      module: SessionStoreModule.register({ sessions }),
      listeners,
      answers: [
        answers(sessionStorePeer, {
          start: (request) => sessions.start(request),
          find: async ({ tenant, sid }) => ({ session: await sessions.find(tenant, sid) }),
          touch: async ({ tenant, sid }) => ({ alive: await sessions.touch(tenant, sid) }),
          answered: async ({ tenant, sid, answer }) => ({ alive: await sessions.answered(tenant, sid, answer) }),
          end: async ({ tenant, sid, reason }) => ({ ended: await sessions.end(tenant, sid, reason) }),
          endAll: (request) => sessions.endAll(request),
          list: async (request) => ({ sessions: await sessions.list(request) }),
          get: async ({ tenant, sid }) => ({ session: await sessions.get(tenant, sid) }),
        }),
      ],
      jobs: [
        { name: 'repeat copy drops', everyMs: 1_000, run: () => copies.repeat() },
        { name: 'sweep', everyMs: 10_000, run: () => housekeeping.sweep() },
        { name: 'remove old sessions', everyMs: 3_600_000, run: () => housekeeping.prune() },
      ],
    };
  },
};

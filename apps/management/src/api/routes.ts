import { auditRecords } from './audit.ts';
import { clients } from './clients.ts';
import { consents } from './consents.ts';
import { deliveries } from './deliveries.ts';
import { keys } from './keys.ts';
import { parkedEvents } from './parked-events.ts';
import { people } from './people.ts';
import { resources } from './resources.ts';
import type { Route } from './route.ts';
import { services } from './services.ts';
import { sessions } from './sessions.ts';

/** The admin API, whole. */
export const routes: readonly Route[] = [
  ...services,
  ...clients,
  ...resources,
  ...people,
  ...sessions,
  ...consents,
  ...deliveries,
  ...parkedEvents,
  ...auditRecords,
  ...keys,
];

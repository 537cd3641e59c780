import { managementPeer } from '@latchkey/contracts';
import { answers, collectRegistry, type Infra, type RoomDefinition, type RoomParts } from '@latchkey/runtime';
import { Audit } from './audit/audit.ts';
import { AuditMonths } from './audit/audit-months.ts';
import { managementConfig, type ManagementConfig } from './config.ts';
import { Declarations, type Applied } from './declaration/declarations.ts';
import { listeners } from './events.ts';
import { AccessTokens } from './guard/access-tokens.ts';
import { AdminGate } from './guard/admin-gate.ts';
import { Administrators } from './guard/administrators.ts';
import { adminAudience, putBuiltIn } from './guard/built-in.ts';
import { IssuerKeys } from './guard/issuer-keys.ts';
import { ManagementModule } from './management.module.ts';
import { migrations } from './migrations/migrations.ts';
import { Registry } from './registry/registry.ts';
import { SetUp } from './setup/set-up.ts';

/** What this room gives its process besides. */
export interface ManagementParts extends RoomParts {
  /** Applies a declarative file, called `name` in what is wrong with it; the room of people must answer by now. @throws DeclarationRefused */
  apply(text: string, name?: string): Promise<Applied>;
  /** The link that makes the first administrator, to be printed: once a start, null when there is nothing to make. */
  setupUrl(): Promise<string | null>;
}

export interface ManagementRoom extends RoomDefinition<ManagementConfig> {
  create(infra: Infra<ManagementConfig>): ManagementParts;
}

const SIX_HOURS = 6 * 3_600_000;

export const room: ManagementRoom = {
  room: 'management',
  schema: 'management',
  config: managementConfig,
  migrations,
  paths: ['/admin'],
  create(infra) {
    const { tenant, clock, metrics, security, postgres: database, bus, peers, sessions, http, config } = infra;
    const { publicUrl } = http;
    const audit = new Audit(database, tenant, security);
    const months = new AuditMonths(database, config.LATCHKEY_AUDIT_DAYS);
    const registry = new Registry(database, bus, tenant);
    collectRegistry(metrics, () => registry.revision());
    const setUp = new SetUp({ database, peers, audit, tenant, publicUrl, lifeHours: config.LATCHKEY_SETUP_HOURS });
    const declarations = new Declarations({ registry, audit, setUp, database, peers, tenant, publicUrl });
    const tokens = new AccessTokens(new IssuerKeys(peers, tenant, clock), clock, { issuer: publicUrl, audience: adminAudience(publicUrl) });
    const gate = new AdminGate(tokens, new Administrators({ peers, sessions, registry, clock, tenant, publicUrl }), { security, http });
    return {
      module: ManagementModule.register({ gate, desk: { tenant, peers, registry, audit, setUp }, setUp, http }),
      listeners: listeners(audit),
      answers: [answers(managementPeer, { registry: ({ after }) => registry.feed(after) })],
      jobs: [{ name: 'audit-months', everyMs: SIX_HOURS, run: () => months.run() }],
      async start() {
        await months.run();
        await registry.change((change) => putBuiltIn(change, publicUrl));
        await setUp.generate();
      },
      apply: (text, name) => declarations.apply(text, name),
      setupUrl: () => setUp.takeUrl(),
    };
  },
};

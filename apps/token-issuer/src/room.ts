import { tokenIssuerPeer } from '@latchkey/contracts';
import { answers, type RoomDefinition } from '@latchkey/runtime';
import { assemble } from './assemble.ts';
import { handlers } from './answers.ts';
import { tokenIssuerConfig, type TokenIssuerConfig } from './config.ts';
import { listeners } from './events.ts';
import { errorRendering } from './http/error-rendering.ts';
import { migrations } from './migrations/migrations.ts';
import { TokenIssuerModule } from './token-issuer.module.ts';

export const room: RoomDefinition<TokenIssuerConfig> = {
  room: 'token-issuer',
  schema: 'token',
  config: tokenIssuerConfig,
  migrations,
  paths: ['/oauth2', '/.well-known'],
  create(infra) {
    const parts = assemble(infra);
    const { registry, signing, secrets, partitions, deliveries, revoked } = parts;
    return {
      module: TokenIssuerModule.register(parts),
      listeners: listeners({ ...parts, hot: infra.hot, tenant: infra.tenant }),
      answers: [answers(tokenIssuerPeer, handlers(parts))],
      renderers: [errorRendering(infra.logger)],
      jobs: [
        { name: 'registry', everyMs: 1_000, run: () => registry.refresh() },
        { name: 'deliveries', everyMs: 1_000, run: () => deliveries.run() },
        { name: 'read signing keys', everyMs: 2_000, run: () => signing.refresh() },
        { name: 'read secret keys', everyMs: 20_000, run: () => secrets.refresh() },
        { name: 'rotate signing keys', everyMs: 60_000, run: () => signing.rotateWhenDue() },
        { name: 'rotate secret keys', everyMs: 3_600_000, run: () => secrets.rotateWhenDue() },
        { name: 'keep grant partitions', everyMs: 3_600_000, run: () => partitions.keep() },
        { name: 'forget revoked tokens', everyMs: 60_000, run: () => revoked.sweep() },
      ],
      async start() {
        await Promise.all([registry.load(), signing.start(), secrets.start(), partitions.keep()]);
        // management may not answer yet: the job asks again each second.
        await registry.refresh().catch((error: unknown) => infra.logger.info({ err: error }, 'the registry will be read later'));
      },
      async stop() {
        await deliveries.stop();
      },
    };
  },
};

import { Module, type DynamicModule } from '@nestjs/common';
import { Sessions } from './sessions/sessions.ts';

@Module({})
export class SessionStoreModule {
  static register(parts: { sessions: Sessions }): DynamicModule {
    return { module: SessionStoreModule, providers: [{ provide: Sessions, useValue: parts.sessions }], exports: [Sessions] };
  }
}

import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ApplicationsController } from './applications/applications.controller.ts';
import { ConsentController } from './ask/consent.controller.ts';

@Module({})
export class ConsentModule {
  static register(providers: Provider[]): DynamicModule {
    return { module: ConsentModule, controllers: [ConsentController, ApplicationsController], providers };
  }
}

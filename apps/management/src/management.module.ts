import { Module, type DynamicModule } from '@nestjs/common';
import type { HttpSettings } from '@latchkey/runtime';
import { adminController } from './api/admin-controller.ts';
import { DESK, type Desk } from './api/desk.ts';
import { routes } from './api/routes.ts';
import { AdminGate } from './guard/admin-gate.ts';
import { SetUp } from './setup/set-up.ts';
import { SetUpController } from './setup/set-up.controller.ts';

@Module({})
export class ManagementModule {
  static register(parts: { gate: AdminGate; desk: Desk; setUp: SetUp; http: HttpSettings }): DynamicModule {
    return {
      module: ManagementModule,
      controllers: [adminController(routes, parts.http.publicUrl), SetUpController],
      providers: [
        { provide: AdminGate, useValue: parts.gate },
        { provide: DESK, useValue: parts.desk },
        { provide: SetUp, useValue: parts.setUp },
        { provide: 'http', useValue: parts.http },
      ],
    };
  }
}

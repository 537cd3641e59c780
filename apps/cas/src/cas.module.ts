import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AccountController } from './account/account.controller.ts';
import { PasswordController } from './account/password.controller.ts';
import { LogoutController } from './logout/logout.controller.ts';
import { LoginController } from './sign-in/login.controller.ts';
import { ValidateController } from './validate/validate.controller.ts';

@Module({})
export class CasModule {
  static register(providers: Provider[]): DynamicModule {
    return {
      module: CasModule,
      controllers: [LoginController, ValidateController, LogoutController, AccountController, PasswordController],
      providers,
    };
  }
}

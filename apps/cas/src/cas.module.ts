import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AccountController } from './account/account.controller.ts';
import { PasswordController } from './account/password.controller.ts';
import { ForwardAuthController } from './forward-auth/forward-auth.controller.ts';
import { LogoutController } from './logout/logout.controller.ts';
import { LoginController } from './sign-in/login.controller.ts';
import { ProxyController } from './proxy/proxy.controller.ts';
import { ReleaseController } from './releases/release.controller.ts';
import { RestTicketsController } from './rest/rest-tickets.controller.ts';
import { SamlValidateController } from './validate/saml-validate.controller.ts';
import { ValidateController } from './validate/validate.controller.ts';

@Module({})
export class CasModule {
  static register(providers: Provider[]): DynamicModule {
    return {
      module: CasModule,
      controllers: [ForwardAuthController, LoginController, ValidateController, SamlValidateController, ProxyController, RestTicketsController, ReleaseController, LogoutController, AccountController, PasswordController],
      providers,
    };
  }
}

import { Module, type DynamicModule } from '@nestjs/common';
import { AuthorizeController } from './authorize/authorize.controller.ts';
import { AuthorizeEndpoint } from './authorize/authorize.ts';
import { Clients } from './clients/clients.ts';
import { DiscoveryController } from './discovery/discovery.controller.ts';
import { Web } from './http/web.ts';
import { IntrospectController } from './introspect/introspect.controller.ts';
import { IntrospectEndpoint } from './introspect/introspect.ts';
import { SigningKeys } from './keys/signing-keys.ts';
import { LogoutController } from './logout/logout.controller.ts';
import { LogoutEndpoint } from './logout/logout.ts';
import { LogoutSeals } from './logout/receipts.ts';
import { SignedOutController } from './logout/signed-out.controller.ts';
import { SignedOutList } from './logout/signed-out.ts';
import { RevokeController } from './revoke/revoke.controller.ts';
import { RevokeEndpoint } from './revoke/revoke.ts';
import { TokenController } from './token/token.controller.ts';
import { TokenEndpoint } from './token/token.ts';
import { UserinfoController } from './userinfo/userinfo.controller.ts';
import { UserinfoEndpoint } from './userinfo/userinfo.ts';

export interface TokenIssuerParts {
  readonly web: Web;
  readonly clients: Clients;
  readonly signing: SigningKeys;
  readonly authorize: AuthorizeEndpoint;
  readonly token: TokenEndpoint;
  readonly introspect: IntrospectEndpoint;
  readonly revoke: RevokeEndpoint;
  readonly userinfo: UserinfoEndpoint;
  readonly logout: LogoutEndpoint;
  readonly logoutSeals: LogoutSeals;
  readonly signedOut: SignedOutList;
}

@Module({})
export class TokenIssuerModule {
  static register(parts: TokenIssuerParts): DynamicModule {
    return {
      module: TokenIssuerModule,
      controllers: [
        AuthorizeController,
        TokenController,
        UserinfoController,
        IntrospectController,
        RevokeController,
        LogoutController,
        SignedOutController,
        DiscoveryController,
      ],
      providers: [
        { provide: Web, useValue: parts.web },
        { provide: Clients, useValue: parts.clients },
        { provide: SigningKeys, useValue: parts.signing },
        { provide: AuthorizeEndpoint, useValue: parts.authorize },
        { provide: TokenEndpoint, useValue: parts.token },
        { provide: IntrospectEndpoint, useValue: parts.introspect },
        { provide: RevokeEndpoint, useValue: parts.revoke },
        { provide: UserinfoEndpoint, useValue: parts.userinfo },
        { provide: LogoutEndpoint, useValue: parts.logout },
        { provide: LogoutSeals, useValue: parts.logoutSeals },
        { provide: SignedOutList, useValue: parts.signedOut },
      ],
    };
  }
}

import { Deliveries } from '@latchkey/outbound';
import { RegistryCopy } from '@latchkey/peers';
import { NetworkLimits, collectDeliveries, collectRegistry, countedDeliveries, type Infra } from '@latchkey/runtime';
import { AuthorizeEndpoint } from './authorize/authorize.ts';
import { Codes } from './authorize/codes.ts';
import { Pendings } from './authorize/pending.ts';
import { ClientGate } from './clients/client-gate.ts';
import { Clients } from './clients/clients.ts';
import { Membership } from './clients/membership.ts';
import type { TokenIssuerConfig } from './config.ts';
import { BackChannelLogout } from './deliveries/back-channel-logout.ts';
import { Participants } from './deliveries/participants.ts';
import { Grants } from './grants/grants.ts';
import { Partitions } from './grants/partitions.ts';
import { RevokedTokens } from './grants/revoked-tokens.ts';
import { Web } from './http/web.ts';
import { IntrospectEndpoint } from './introspect/introspect.ts';
import { LivingTokens } from './introspect/living-token.ts';
import { KeyEncryption } from './keys/key-encryption.ts';
import { SecretKeys } from './keys/secret-keys.ts';
import { SigningKeys } from './keys/signing-keys.ts';
import { LogoutEndpoint } from './logout/logout.ts';
import { LogoutSeals } from './logout/receipts.ts';
import { SignedOutList } from './logout/signed-out.ts';
import { RevokeEndpoint } from './revoke/revoke.ts';
import { AuthorizationCodeGrant } from './token/authorization-code.ts';
import { ClientCredentialsGrant } from './token/client-credentials.ts';
import { RefreshTokenGrant } from './token/refresh-token.ts';
import { TokenEndpoint } from './token/token.ts';
import { Tokens } from './token/tokens.ts';
import { UserinfoEndpoint } from './userinfo/userinfo.ts';

const DAY_MS = 86_400_000;

/** Builds the keepers and endpoints of this room, each from what it needs. */
export function assemble(infra: Infra<TokenIssuerConfig>) {
  const { config, security, metrics, tracing, postgres: database, hot, bus, peers, sessions, outbound, tenant, logger, clock, http } = infra;
  const issuer = http.publicUrl;
  const now = () => clock.now();
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  const lifeMs = config.LATCHKEY_GRANT_DAYS * DAY_MS;
  const limits = new NetworkLimits(hot);

  const encryption = KeyEncryption.from(config.LATCHKEY_KEK, http.cookieKey);
  const signing = new SigningKeys({ database, tenant, encryption, now, rotateAfterMs: config.LATCHKEY_KEY_ROTATION_DAYS * DAY_MS, overlapMs: 2 * DAY_MS });
  const secrets = new SecretKeys({ database, tenant, encryption, now });

  const registry = new RegistryCopy({ database, peers, tenant, kinds: ['client', 'resource'] });
  collectRegistry(metrics, () => registry.revision);
  const clients = new Clients(registry);
  const membership = new Membership({ peers, tenant });
  const gate = new ClientGate({ clients, limits, now, security, failuresPerMinute: config.LATCHKEY_CLIENT_FAILURES_PER_MINUTE });

  const partitions = new Partitions({ database, now, lifeMs });
  const grants = new Grants({
    database,
    bus,
    tenant,
    partitions,
    now,
    security,
    limits: { lifeMs, idleMs: config.LATCHKEY_GRANT_IDLE_DAYS * DAY_MS, retryMs: config.LATCHKEY_REFRESH_RETRY_SECONDS * 1_000 },
  });
  const revoked = new RevokedTokens({ database, tenant });
  const living = new LivingTokens({ clients, grants, revoked, sessions, signing, secrets, tenant, issuer, nowSeconds });

  const codes = new Codes({ hot, database, tenant, lifeMs: config.LATCHKEY_CODE_SECONDS * 1_000, now });
  const pendings = new Pendings({ seals: secrets.seals, hot, limits, tenant, storedPerMinute: config.LATCHKEY_STORED_REQUESTS_PER_MINUTE });
  const rules = { clients, issuer, findKey: signing.find };

  const tokens = new Tokens({
    clients,
    signing,
    secrets,
    tenant,
    issuer,
    now,
    accessTokenSeconds: config.LATCHKEY_ACCESS_TOKEN_SECONDS,
    idTokenSeconds: config.LATCHKEY_ID_TOKEN_SECONDS,
  });
  const grantTypes = [
    new AuthorizationCodeGrant({ codes, grants, sessions, secrets, logger }),
    new RefreshTokenGrant({ grants, sessions, secrets, tenant }),
    new ClientCredentialsGrant(clients, database),
  ];

  const backChannel = new BackChannelLogout({ registry, signing, issuer, nowSeconds });
  const deliveries = new Deliveries({
    database,
    outbound,
    bus,
    room: 'token-issuer',
    tenant,
    logger,
    requestFor: backChannel.requestFor,
    accepts: backChannel.accepts,
    settings: { giveUpAfterMs: config.LATCHKEY_BACKCHANNEL_GIVE_UP_SECONDS * 1_000 },
    observe: countedDeliveries(metrics, 'oidc'),
    tracing,
  });
  collectDeliveries(metrics, deliveries);
  const participants = new Participants({ grants, registry, issuer });
  const logoutSeals = new LogoutSeals(secrets.seals);

  return {
    web: new Web(http, clock, logger, tenant),
    ...{ registry, clients, signing, secrets, partitions, grants, living, revoked, codes, pendings, rules, deliveries, backChannel, participants, logoutSeals },
    authorize: new AuthorizeEndpoint({ pendings, codes, rules, sessions, peers, membership, tenant, now }),
    token: new TokenEndpoint({ gate, grantTypes, tokens, clients, membership, metrics, security }),
    introspect: new IntrospectEndpoint({ gate, clients, grants, living, secrets, tenant, issuer }),
    revoke: new RevokeEndpoint({ gate, grants, revoked, living, secrets, tenant }),
    userinfo: new UserinfoEndpoint({ living, clients, peers, tenant, issuer }),
    logout: new LogoutEndpoint({ sessions, peers, seals: logoutSeals, tenant, nowSeconds }),
    signedOut: new SignedOutList({ deliveries, participants, peers, tenant, nowSeconds, logger }),
  };
}

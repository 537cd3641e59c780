import { z } from 'zod';

/** What administrators register. These shapes are the declarative file, the REST API and the registry feed at once. */

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit');

/** Registered addresses are compared as exact bytes, so one that does not round-trip through a URL parser is refused. */
const address = z.string().max(2048).refine(isAbsoluteHttpUrl, 'must be an absolute http(s) URL without fragment or user part');

function isAbsoluteHttpUrl(value: string): boolean {
  if (!/^https?:\/\/[^\s\\@#]+$/.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.href === value || url.href === `${value}/`;
}

export const serviceEntry = z.strictObject({
  id: id.describe('Stable name of the service, used in the REST API and the ledger'),
  name: z.string().min(1).max(100).describe('What people see: "Sign in to continue to <name>"'),
  urls: z.array(address).min(1).max(50).describe('Service URLs, exact; the query is part of the URL'),
  match: z
    .enum(['exact', 'path-prefix'])
    .default('exact')
    .describe('path-prefix: same scheme, host and port, and the registered path itself or a path below it'),
  attributes: z.array(z.string().min(1).max(64)).max(100).default([]).describe('Names of the attributes released at validation'),
  usernameAttribute: z.string().min(1).max(64).optional().describe('Attribute that stands in <cas:user>; default: the sign-in name'),
  proxy: z
    .strictObject({ allowed: z.boolean().default(false), pgtUrls: z.array(address).max(20).default([]) })
    .prefault({})
    .describe('Whether this service may become a proxy, and the callback addresses it may name'),
  logout: z
    .strictObject({ type: z.enum(['back-channel', 'none']).default('back-channel'), url: address.optional() })
    .prefault({})
    .describe('Single logout; url: where to send it, default: the service URL of the visit'),
  groups: z.array(z.string().min(1).max(64)).max(100).default([]).describe('If given, only members of one of these groups get in'),
  enabled: z.boolean().default(true),
  owner: z.string().max(200).optional().describe('Who answers for this service'),
});
export type ServiceEntry = z.output<typeof serviceEntry>;

const scopeName = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/, 'not a scope token (RFC 6749 §3.3)');

/** A resource server: an API that accepts our access tokens. `id` is its resource indicator (RFC 8707) and audience. */
export const resourceEntry = z.strictObject({
  id: address.describe('Resource indicator; the aud of access tokens for it'),
  name: z.string().min(1).max(100),
  scopes: z
    .array(
      z.strictObject({
        name: scopeName,
        description: z.string().min(1).max(200).describe('In words a person uses: "See the tickets you ordered"'),
      }),
    )
    .min(1)
    .max(100),
  introspectedBy: z.array(id).max(20).optional().describe('Clients that are this resource server: they may introspect its access tokens'),
});
export type ResourceEntry = z.output<typeof resourceEntry>;

const publicJwk = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().optional() });

export const clientEntry = z.strictObject({
  id: id.describe('client_id'),
  name: z.string().min(1).max(100),
  owner: z.string().max(200).optional(),
  uri: address.optional().describe('Home page of the application'),
  redirectUris: z.array(address).max(50).default([]).describe('Compared as exact strings; only the port of a loopback IP may vary'),
  postLogoutRedirectUris: z.array(address).max(50).default([]),
  backchannelLogoutUri: address.optional(),
  backchannelLogoutSessionRequired: z.boolean().default(true),
  grantTypes: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
    .min(1)
    .default(['authorization_code']),
  authentication: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic')
    .describe('token_endpoint_auth_method'),
  secretHash: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional()
    .describe('base64url of the SHA-256 of the secret'),
  jwks: z.strictObject({ keys: z.array(publicJwk).max(20) }).optional(),
  scopes: z.array(scopeName).max(100).default(['openid']).describe('Scopes this client may ask for'),
  resources: z.array(address).max(50).default([]).describe('Resource servers this client may name'),
  firstParty: z.boolean().default(false).describe('Trusted by policy: people are not asked for consent'),
  accessToken: z.enum(['jwt', 'opaque']).default('jwt'),
  idTokenAlg: z.enum(['RS256', 'ES256']).default('RS256'),
  groups: z.array(z.string().min(1).max(64)).max(100).default([]),
  enabled: z.boolean().default(true),
});
export type ClientEntry = z.output<typeof clientEntry>;

export const registryKind = z.enum(['service', 'client', 'resource']);
export type RegistryKind = z.output<typeof registryKind>;

/** One row of the registry feed. A deleted entry stays as a tombstone, so that the feed can tell it. */
export const registryRow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('service'), id: z.string(), revision: z.number().int(), deleted: z.boolean(), entry: serviceEntry }),
  z.object({ kind: z.literal('client'), id: z.string(), revision: z.number().int(), deleted: z.boolean(), entry: clientEntry }),
  z.object({ kind: z.literal('resource'), id: z.string(), revision: z.number().int(), deleted: z.boolean(), entry: resourceEntry }),
]);
export type RegistryRow = z.output<typeof registryRow>;

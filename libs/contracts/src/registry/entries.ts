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

/** Whole entries are judged by what they match with (libs/cas-protocol); here only what no way of matching allows. */
const serviceUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[^\s\\@#/?][^\s]*$/, 'must begin with http:// or https:// and a host, also where match is regex, and hold no fragment or user part');

const attributeName = z.string().min(1).max(64);

/** An attribute to be released: by its name alone, or with what happens to it on the way. */
const attributeRule = z.strictObject({
  name: attributeName.describe('What the service is told it is called'),
  from: attributeName.optional().describe('Attribute of the person; default: of the same name'),
  values: z.array(z.string().max(1024)).min(1).max(100).optional().describe('The same values for everybody, in place of the person’s'),
  only: z.string().min(1).max(500).optional().describe('Regular expression (RE2); a value is released if the whole of it matches'),
});
export type AttributeRule = z.output<typeof attributeRule>;

export const serviceEntry = z.strictObject({
  id: id.describe('Stable name of the service, used in the REST API and the ledger'),
  name: z.string().min(1).max(100).describe('What people see: "Sign in to continue to <name>"'),
  urls: z.array(serviceUrl).min(1).max(50).describe('Service URLs; the query is part of the URL'),
  match: z
    .enum(['exact', 'path-prefix', 'wildcard-host', 'regex'])
    .default('exact')
    .describe(
      'path-prefix: same scheme, host and port, and the registered path itself or a path below it. wildcard-host: the same, where a first label * of the host stands for any one. regex: scheme, host and port literally, the whole rest as an RE2 expression',
    ),
  order: z.number().int().min(-1_000_000).max(1_000_000).optional().describe('Of several services that match, the least goes first (default 0); then exact before prefix before pattern, longer before shorter'),
  attributes: z.array(attributeName.or(attributeRule)).max(100).default([]).describe('Attributes released at validation'),
  attributeConsent: z.boolean().optional().describe('People are asked before their attributes go to this service for the first time'),
  usernameAttribute: attributeName.optional().describe('Attribute that stands in <cas:user>; default: the sign-in name'),
  proxy: z
    .strictObject({ allowed: z.boolean().default(false), pgtUrls: z.array(address).max(20).default([]) })
    .prefault({})
    .describe('Whether this service may become a proxy, and the callback addresses it may name'),
  logout: z
    .strictObject({ type: z.enum(['back-channel', 'front-channel', 'none']).default('back-channel'), url: address.optional() })
    .prefault({})
    .describe('Single logout; url: where to send it, default: the service URL of the visit. front-channel: by the browser, from the page that says that one is signed out'),
  acr: z.enum(['1', '2']).optional().describe('Least strength of a sign-in for this service (acr): 2 asks for a second factor'),
  basic: z.boolean().optional().describe('Scripts may sign in to this service by HTTP Basic at /cas/login'),
  forwardAuth: z.boolean().optional().describe('This service stands behind a proxy that asks /forward-auth'),
  expiresAt: z.iso.datetime().optional().describe('From this instant on nobody gets in'),
  groups: z.array(z.string().min(1).max(64)).max(100).default([]).describe('If given, only members of one of these groups get in'),
  enabled: z.boolean().default(true),
  owner: z.string().max(200).optional().describe('Who answers for this service'),
  contact: z.string().max(200).optional().describe('How people reach them: shown where somebody is refused'),
  theme: z
    .strictObject({
      logo: z
        .string()
        .max(24_000)
        .regex(/^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+=*$/, 'must be a data: address of a PNG, JPEG, WebP or SVG picture')
        .optional()
        .describe('Picture beside the name of the application; inside the entry, since pages ask no other server for anything'),
    })
    .optional()
    .describe('How the sign-in page looks for this service'),
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

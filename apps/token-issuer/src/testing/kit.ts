import { createHash, randomBytes } from 'node:crypto';
import type { Bus } from '@latchkey/bus';
import {
  clientEntry,
  resourceEntry,
  type ClientEntry,
  type EventType,
  type Payload,
  type RegistryRow,
  type ResourceEntry,
  type SessionCopy,
} from '@latchkey/contracts';
import type { OutboundAnswer, OutboundRequest } from '@latchkey/outbound';
import type { Peers } from '@latchkey/peers';
import { loadConfig, silentLogger, silentMetrics, silentSecurityLog, unrecordedTracing, type Infra } from '@latchkey/runtime';
import type { Database, HotStore } from '@latchkey/store';
import { readParameters } from '@latchkey/oauth';
import type { z } from 'zod';
import { assemble } from '../assemble.ts';
import { describePending } from '../authorize/describe-pending.ts';
import type { ClientRequest } from '../clients/client-gate.ts';
import { tokenIssuerConfig, type TokenIssuerConfig } from '../config.ts';
import { listeners } from '../events.ts';
import type { TokenResponse } from '../token/tokens.ts';

export const ISSUER = 'https://login.example.org';
export const API = 'https://api.example.org';
export const SECRET = 'a secret of the tests, long enough & with signs: %+';
export const VERIFIER = 'v'.repeat(43);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
export const client = (entry: z.input<typeof clientEntry>): ClientEntry => clientEntry.parse(entry);

const both = ['authorization_code', 'refresh_token'] as const;
export const CLIENTS: readonly ClientEntry[] = [
  client({
    ...{ id: 'web', name: 'Web', secretHash: hashOf(SECRET), grantTypes: [...both, 'client_credentials'], firstParty: true },
    ...{ redirectUris: ['https://web.example.org/cb'], scopes: ['openid', 'profile', 'email', 'offline_access', 'orders:read'], resources: [API] },
    ...{ postLogoutRedirectUris: ['https://web.example.org/bye'], backchannelLogoutUri: 'https://web.example.org/bcl' },
  }),
  client({
    ...{ id: 'spa', name: 'Spa', authentication: 'none', grantTypes: [...both], firstParty: true },
    ...{ redirectUris: ['https://spa.example.org/cb', 'http://127.0.0.1/cb'], scopes: ['openid', 'offline_access', 'orders:read', 'orders:write'], resources: [API] },
  }),
  client({
    ...{ id: 'third', name: 'Third', secretHash: hashOf(SECRET), accessToken: 'opaque', scopes: ['openid', 'profile'], uri: 'https://third.example.org' },
    ...{ redirectUris: ['https://third.example.org/cb'], authentication: 'client_secret_post' },
  }),
  client({ id: 'api', name: 'Api', secretHash: hashOf(SECRET), grantTypes: ['client_credentials'], scopes: [] }),
  client({ id: 'gone', name: 'Gone', secretHash: hashOf(SECRET), enabled: false, redirectUris: ['https://gone.example.org/cb'] }),
  client({
    ...{ id: 'staff', name: 'Staff only', authentication: 'none', firstParty: true, groups: ['staff'] },
    ...{ redirectUris: ['https://staff.example.org/cb'] },
  }),
];
export const RESOURCES: readonly ResourceEntry[] = [
  resourceEntry.parse({
    id: API,
    name: 'Orders',
    scopes: [
      { name: 'orders:read', description: 'See orders' },
      { name: 'orders:write', description: 'Change orders' },
    ],
    introspectedBy: ['api'],
  }),
];

/** The room's own parts on a real database, with the other rooms played by the test. */
export async function kit(database: Database, hot: HotStore, environment: Record<string, string> = {}) {
  const clock = { at: Date.now(), now: () => clock.at };
  const living = new Map<string, SessionCopy>();
  const told: { name: string; payload: unknown }[] = [];
  const asked: string[] = [];
  const others: Record<string, (request: never) => unknown> = {
    'cas claims': () => ({ claims: { username: 'ada', name: 'Ada Lovelace', attributes: { email: ['ada@example.org'] }, groups: ['people'] } }),
    'cas deliveries': () => ({ deliveries: [] }),
    'cas visits': () => ({ visits: [] }),
    'consent decided': () => ({ granted: [], decision: null }),
    'session-store end': ({ sid }: { sid: string }) => ({ ended: living.delete(sid) }),
    'management registry': () => ({ revision: 1, rows: registryRows() }),
  };
  const peers = {
    to: (api: { room: string }) =>
      new Proxy({}, { get: (_target, ask: string) => async (request: never) => {
        asked.push(`${api.room} ${ask}`);
        return others[`${api.room} ${ask}`]?.(request);
      } }),
  } as unknown as Peers;
  const bus = {
    tell: async (_sql: unknown, event: EventType, payload: Payload<EventType>) => void told.push({ name: event.name, payload }),
    envelope: (event: EventType, payload: Payload<EventType>) => ({
      ...{ id: randomBytes(12).toString('hex'), name: event.name, version: event.version, time: new Date().toISOString(), traceparent: null, data: payload },
    }),
    poke: () => undefined,
  } as unknown as Bus;
  const sent: OutboundRequest[] = [];
  const outbound = { answer: { status: 200, headers: {}, body: '' } as OutboundAnswer, send: async (request: OutboundRequest) => (sent.push(request), outbound.answer) };
  const key = Buffer.alloc(32, 7);
  const infra: Infra<TokenIssuerConfig> = {
    ...{ room: 'token-issuer', tenant: 'main', clock, logger: silentLogger, security: silentSecurityLog, metrics: silentMetrics, tracing: unrecordedTracing, postgres: database, hot, bus, peers, outbound },
    config: loadConfig(tokenIssuerConfig, environment),
    http: { publicUrl: ISSUER, secure: true, trustedProxies: [], cookieKey: key, formKey: key },
    sessions: {
      bySid: async (sid) => living.get(sid) ?? null,
      byCookie: async (cookie) => living.get(cookie ?? '') ?? null,
    },
  };
  const parts = assemble(infra);
  await Promise.all([parts.signing.start(), parts.secrets.start(), parts.partitions.keep(), parts.registry.refresh()]);
  const ended = listeners({ ...parts, hot, tenant: 'main' })[0]!;

  const signIn = (over: Partial<SessionCopy> = {}): SessionCopy => {
    const seconds = Math.floor(clock.now() / 1000);
    const session: SessionCopy = {
      ...{ v: 1, sid: randomBytes(16).toString('base64url'), tenant: 'main', subject: 'subject-of-ada', username: 'ada', secretHash: '' },
      ...{ authTime: seconds, amr: ['pwd'], acr: 'urn:latchkey:password', startedAt: seconds, seenAt: seconds, expiresAtMs: clock.now() + 3_600_000 },
      ...{ revision: 1, answered: [] },
      ...over,
    };
    living.set(session.sid, session);
    return session;
  };

  /** Asks at /oauth2/authorize as a browser that holds this session. */
  const authorize = (parameters: Record<string, string> | [string, string][], session?: SessionCopy, flow: string | undefined = 'flow-of-the-browser') =>
    parts.authorize.answer(
      { parameters: Array.isArray(parameters) ? parameters : Object.entries(parameters), flow, session: session?.sid },
      { network: '192.0.2.1', ensureFlow: () => flow ?? 'a-new-flow' },
    );

  const codeFor = async (session: SessionCopy, over: Record<string, string> = {}): Promise<string> => {
    const result = await authorize(request(over), session);
    const code = result.kind === 'redirect' ? result.response.parameters.find(([name]) => name === 'code')?.[1] : undefined;
    if (code === undefined) throw new Error(`no code: ${JSON.stringify(result)}`);
    return code;
  };

  const describe = (pending: string, flow: string | null) => describePending(pending, flow, parts);

  return { ...parts, describe, clock, living, told, asked, others, outbound, sent, signIn, authorize, codeFor, ended, infra };
}

export type Kit = Awaited<ReturnType<typeof kit>>;

/** An authorization request of `spa`, changed as the test wants. */
export function request(over: Record<string, string> = {}): Record<string, string> {
  const id = over['client_id'] ?? 'spa';
  const redirectUri = CLIENTS.find((candidate) => candidate.id === id)?.redirectUris[0] ?? 'https://nowhere.example.org/cb';
  return {
    ...{ client_id: id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid', state: 'st&te', nonce: 'n' },
    ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256' },
    ...over,
  };
}

export function post(parameters: Record<string, string> | [string, string][], id?: string, secret = SECRET): ClientRequest {
  const pairs = Array.isArray(parameters) ? parameters : Object.entries(parameters);
  const basic = id === undefined ? undefined : `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
  return { authorization: basic, parameters: readParameters(pairs), network: '192.0.2.1' };
}

export const redemption = (code: string, over: Record<string, string> = {}): ClientRequest =>
  post({
    ...{ grant_type: 'authorization_code', client_id: 'spa', code, redirect_uri: 'https://spa.example.org/cb', code_verifier: VERIFIER },
    ...over,
  });
export const refreshing = (token: string | undefined, over: Record<string, string> = {}): ClientRequest =>
  post({ grant_type: 'refresh_token', client_id: 'spa', refresh_token: token ?? '', ...over });

/** The answer, or the error code. */
export async function outcome(answer: Promise<TokenResponse>): Promise<TokenResponse | string> {
  return answer.catch((error: unknown) => (error as { code?: string }).code ?? String(error));
}

function registryRows(): RegistryRow[] {
  const row = { revision: 1, deleted: false };
  return [
    ...CLIENTS.map((entry) => ({ kind: 'client' as const, id: entry.id, ...row, entry })),
    ...RESOURCES.map((entry) => ({ kind: 'resource' as const, id: entry.id, ...row, entry })),
  ];
}

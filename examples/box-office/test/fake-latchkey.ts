import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

export interface FakeLatchkey {
  url: string;
  /** Tickets given out, newest last; each is good once. */
  tickets: string[];
  /** Runs after a ticket was found good and before the answer is sent. */
  beforeAnswer: (ticket: string) => Promise<void>;
  accessToken(claims: JWTPayload, typ?: string): Promise<string>;
  close(): Promise<void>;
}

/** As much of a CAS server and of an authorization server as Box Office asks for. */
export async function fakeLatchkey(person = { sub: 'person-1', user: 'ada', name: 'Ada Lovelace' }): Promise<FakeLatchkey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const open = new Map<string, string>();

  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', fake.url);
      const service = url.searchParams.get('service') ?? '';
      if (url.pathname === '/cas/login') {
        const ticket = `ST-${randomUUID()}`;
        open.set(ticket, service);
        fake.tickets.push(ticket);
        response.writeHead(303, { location: `${service}?ticket=${ticket}` }).end();
      } else if (url.pathname === '/cas/logout') {
        response.writeHead(303, { location: service }).end();
      } else if (url.pathname === '/cas/p3/serviceValidate') {
        const ticket = url.searchParams.get('ticket') ?? '';
        const good = open.get(ticket) === service;
        open.delete(ticket);
        if (good) await fake.beforeAnswer(ticket);
        response.end(good ? success(person) : failure());
      } else if (url.pathname === '/.well-known/oauth-authorization-server') {
        response.end(JSON.stringify({ issuer: fake.url, jwks_uri: `${fake.url}/jwks` }));
      } else if (url.pathname === '/jwks') {
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
      } else {
        response.writeHead(404).end();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const fake: FakeLatchkey = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tickets: [],
    beforeAnswer: async () => undefined,
    accessToken: (claims, typ = 'at+jwt') =>
      new SignJWT({ jti: randomUUID(), client_id: 'calendar', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
        .setIssuedAt()
        .setExpirationTime('5m')
        .setIssuer(fake.url)
        .sign(privateKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

const success = ({ sub, user, name }: { sub: string; user: string; name: string }): string =>
  `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>${user}</cas:user><cas:attributes><cas:sub>${sub}</cas:sub><cas:name>${name}</cas:name><cas:groups>a</cas:groups><cas:groups>b</cas:groups></cas:attributes></cas:authenticationSuccess></cas:serviceResponse>`;

const failure = (): string =>
  `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure></cas:serviceResponse>`;

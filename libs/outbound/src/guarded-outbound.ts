import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isSpecialUse } from './special-use.ts';
import { OutboundFailed, OutboundRefused, type Outbound, type OutboundAnswer, type OutboundRequest } from './outbound.ts';

export interface GuardedOutboundOptions {
  /** `host:port` entries of the operator: exactly these may be http, loopback or private. */
  readonly allow: readonly string[];
  readonly resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
}

const CONNECT_MS = 3_000;
const TOTAL_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

export function guardedOutbound(options: GuardedOutboundOptions): Outbound {
  const allowed = new Set(options.allow.map((entry) => entry.toLowerCase()));
  const resolve = options.resolve ?? ((host) => dnsLookup(host, { all: true, verbatim: true }));
  return {
    async send(request) {
      const url = target(request.url);
      const listed = allowed.has(`${hostOf(url)}:${portOf(url)}`);
      if (url.protocol !== 'https:' && !listed) throw new OutboundRefused('only https addresses are called');
      const address = await pin(hostOf(url), listed, resolve);
      return exchange(url, address, request);
    },
  };
}

function target(raw: string): URL {
  if (!URL.canParse(raw)) throw new OutboundRefused('the address is not a URL');
  const url = new URL(raw);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new OutboundRefused('only http(s) addresses are called');
  if (url.username !== '' || url.password !== '') throw new OutboundRefused('the address carries a user name');
  return url;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function portOf(url: URL): string {
  return url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
}

/** The name is resolved once, and every address it has must be allowed: a name with one inside address is not ours to call. */
async function pin(
  host: string,
  listed: boolean,
  resolve: NonNullable<GuardedOutboundOptions['resolve']>,
): Promise<{ address: string; family: number }> {
  let addresses: { address: string; family: number }[];
  try {
    addresses = await withinConnecting(resolve(host));
  } catch (cause) {
    throw new OutboundFailed('the name could not be resolved', { cause });
  }
  const first = addresses[0];
  if (first === undefined) throw new OutboundFailed('the name has no address');
  if (!listed && addresses.some(({ address }) => isSpecialUse(address))) {
    throw new OutboundRefused('the address is inside a private or special-use network');
  }
  return addresses.find(({ family }) => family === 4) ?? first;
}

/** Whoever runs the name servers of an application does not say how long we wait. */
async function withinConnecting<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CONNECT_MS} ms`)), CONNECT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function exchange(url: URL, pinned: { address: string; family: number }, request: OutboundRequest): Promise<OutboundAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void => reject(new OutboundFailed(reason, { cause }));
    const options: RequestOptions = {
      method: request.method,
      agent: false,
      signal: AbortSignal.timeout(TOTAL_MS),
      headers: {
        'user-agent': 'Latchkey',
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }),
      },
      lookup: (_host, lookupOptions, done) => {
        const answer = { address: pinned.address, family: pinned.family };
        if (lookupOptions.all) (done as (error: null, addresses: { address: string; family: number }[]) => void)(null, [answer]);
        else done(null, answer.address, answer.family);
      },
    };
    let answered = false;
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      answered = true;
      read(response, request.readAtMost, resolve, fail);
    });
    const connecting = setTimeout(() => outgoing.destroy(new Error(`no connection within ${CONNECT_MS} ms`)), CONNECT_MS);
    outgoing.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    // After an answer that switches protocols Node closes without an error, and would never be heard of again.
    outgoing.on('close', () => {
      clearTimeout(connecting);
      if (!answered) fail('the connection was closed without an answer');
    });
    outgoing.on('error', (error) => fail(reasonOf(error), error));
    outgoing.end(request.body);
  });
}

function read(response: IncomingMessage, readAtMost: number | undefined, resolve: (answer: OutboundAnswer) => void, fail: (reason: string) => void): void {
  const most = readAtMost ?? MAX_BYTES;
  const chunks: Buffer[] = [];
  let size = 0;
  const done = (): void =>
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).subarray(0, most).toString('utf8') });
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= most) return;
    if (readAtMost === undefined) fail(`the answer is larger than ${most} bytes`);
    else done();
    response.destroy();
  });
  response.on('error', () => fail('the answer broke off'));
  response.on('aborted', () => fail('the answer broke off'));
  response.on('end', done);
}

function reasonOf(error: Error & { code?: string }): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer within ${TOTAL_MS} ms`;
  if (error.code === 'ECONNREFUSED') return 'the connection was refused';
  if (error.code === 'ECONNRESET') return 'the connection was reset';
  return error.code === undefined ? error.message : `${error.code}`;
}

import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One request over a kept-alive connection. */
export function send(url, { method = 'GET', headers = {}, form, cookie } = {}) {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: target.pathname + target.search,
        method,
        agent,
        headers: {
          host: target.host,
          ...headers,
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function expect(condition, what, answer) {
  if (!condition) throw new Error(`wrong answer: ${what}: ${answer?.status} ${JSON.stringify(answer?.headers?.location ?? '')} ${answer?.body?.slice(0, 400)}`);
}

export function basic(id, secret) {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

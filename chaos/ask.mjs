import { request } from 'node:http';

const PATIENCE_MS = 30_000;

/** No answer, or one that says that nothing can be said (5xx): the outcome is unknown. */
export class Unanswered extends Error {
  name = 'Unanswered';
}

/** One request over a connection of its own, to the front or to one replica by its port. Redirects are not followed. */
export function ask(url, { port, method = 'GET', form, json, headers = {}, ms = PATIENCE_MS } = {}) {
  const address = new URL(url);
  const body = form === undefined ? json === undefined ? undefined : JSON.stringify(json) : new URLSearchParams(form).toString();
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: port ?? address.port,
        path: `${address.pathname}${address.search}`,
        method,
        agent: false,
        setHost: false,
        headers: { host: address.host, accept: '*/*', ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }), ...headers },
        signal: AbortSignal.timeout(ms),
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.once('error', (error) => reject(new Unanswered(error.message)));
        answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, location: answer.headers.location ?? '', body: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    sent.once('error', (error) => reject(new Unanswered(error.message)));
    sent.end(body);
  });
}

/** @throws Unanswered at 5xx. */
export async function answered(url, options) {
  const answer = await ask(url, options);
  if (answer.status >= 500) throw new Unanswered(`status ${answer.status}`);
  return answer;
}

export function basic(id, secret) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

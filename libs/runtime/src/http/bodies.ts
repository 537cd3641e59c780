import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

const FORM_BYTES = 64 * 1024;
const JSON_BYTES = 1024 * 1024;
const JSON_DEPTH = 32;
const JSON_KEYS = 1_000;
const FORM_FIELDS = 1_000;

/** What another room may send at once: a registry is larger than what people post. */
export const ASK_BYTES = 16 * 1024 * 1024;

/** Three kinds of body and their limits; routes for other rooms raise theirs to ASK_BYTES. @see security.md 4.3, body limits */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    if (raw.complete !== false || raw.destroyed) done();
    else void readOff(raw).then(() => done());
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) => {
    const form = new URLSearchParams(body as string);
    if (form.size > FORM_FIELDS) done(new Problem(413, 'too_large', 'Content too large', `A form has at most ${FORM_FIELDS} fields.`));
    else done(null, form);
  });
  // What is in it is for the one route that takes XML to find out.
  fastify.addContentTypeParser(['text/xml', 'application/xml', 'application/soap+xml'], { parseAs: 'string', bodyLimit: FORM_BYTES }, (_request, body, done) => done(null, body));
  fastify.addContentTypeParser(['application/json', 'application/scim+json'], { parseAs: 'string', bodyLimit: JSON_BYTES }, (request, body, done) => {
    const internal = request.url.startsWith('/internal/');
    try {
      const value: unknown = body === '' ? undefined : JSON.parse(body as string);
      if (!internal) assertModest(value);
      done(null, value);
    } catch (error) {
      done(error instanceof Problem ? error : new Problem(400, 'invalid_json', 'Bad request', 'The body is not valid JSON.'));
    }
  });
}

/** Of a body that nobody wants, so much is read and thrown away, for so long. */
const READ_OFF_BYTES = 2 * 1024 * 1024;
const READ_OFF_MS = 2_000;

/**
 * An answer that comes before its request was read waits for the rest of it: closing on a client or a proxy that is still
 * writing resets the connection, and the answer is lost with it.
 */
function readOff(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, READ_OFF_MS);
    let read = 0;
    request.on('data', (chunk: Buffer | string) => {
      read += chunk.length;
      if (read > READ_OFF_BYTES) resolve();
    });
    for (const end of ['end', 'close', 'error'] as const) request.once(end, resolve);
    request.once('close', () => clearTimeout(patience));
    request.resume();
  });
}

function assertModest(value: unknown): void {
  let keys = 0;
  const pending: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth > JSON_DEPTH) throw new Problem(400, 'too_deep', 'Bad request', `A JSON body is nested at most ${JSON_DEPTH} deep.`);
    if (typeof next.value !== 'object' || next.value === null) continue;
    const children = Object.values(next.value);
    keys += children.length;
    if (keys > JSON_KEYS) throw new Problem(413, 'too_large', 'Content too large', `A JSON body has at most ${JSON_KEYS} keys.`);
    for (const child of children) pending.push({ value: child, depth: next.depth + 1 });
  }
}

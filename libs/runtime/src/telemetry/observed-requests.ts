import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';
import { inTrace, parseTraceparent } from '../trace.ts';
import { reading, type LabelsOf, type Metrics } from './metrics.ts';
import { unrecorded, type Span, type Spans } from './spans.ts';

interface Begun {
  readonly at: number;
  readonly span: Span;
  readonly route: string;
  /** Asked by another room: no front sends a path under /internal to a room, but that of the internal port. */
  readonly internal: boolean;
}

type Method = LabelsOf<'latchkey_http_requests_total'>['method'];
const METHODS: ReadonlySet<string> = new Set<Method>(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Each request is a span, a measurement and a line of the log. */
export function observeRequests(fastify: FastifyInstance, { metrics, spans, logger }: { metrics: Metrics; spans: Spans; logger: Logger }): void {
  const begun = new WeakMap<FastifyRequest, Begun>();
  let inFlight = 0;
  metrics.collect('http', () => [reading('latchkey_http_requests_in_flight', inFlight)]);

  const ended = (request: FastifyRequest, reply: FastifyReply): void => {
    const mine = begun.get(request);
    if (mine === undefined) return;
    begun.delete(request);
    inFlight -= 1;
    const { route, span, internal } = mine;
    const { statusCode } = reply;
    const method = (METHODS.has(request.method) ? request.method : 'other') as Method;
    const status = String(statusCode);
    const seconds = (performance.now() - mine.at) / 1_000;
    metrics.count('latchkey_http_requests_total', { route, method, status });
    metrics.observe('latchkey_http_request_duration_seconds', seconds, { route, method });
    span.end({ 'http.response.status_code': statusCode }, statusCode >= 500 ? status : undefined);
    // What rooms ask each other is many lines that say little: those who look for it set the level.
    const level = internal ? 'debug' : 'info';
    inTrace(span.context, () => logger[level]({ log: 'request', method, route, status: statusCode, ms: Math.round(seconds * 1e4) / 10 }, 'Request'));
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    // Fastify makes this object anew whenever it is looked at.
    const route = request.routeOptions.url ?? 'none';
    const internal = route.startsWith('/internal/');
    const span = begin(request, route, internal, spans);
    begun.set(request, { at: performance.now(), span, route, internal });
    inFlight += 1;
    // An answer that nobody waits for any more has no `onResponse`.
    reply.raw.once('close', () => ended(request, reply));
    inTrace(span.context, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    ended(request, reply);
    done();
  });
}

/**
 * Another room's trace goes on. What comes from outside may only be looked up from ours: whoever chose the ids could mix their
 * requests into somebody else's trace, and whoever chose the flag could have us record everything.
 * An ask without a trace is work by the clock; recorded, it would be most of what a collector holds.
 */
function begin({ method, headers }: FastifyRequest, route: string, internal: boolean, spans: Spans): Span {
  const given = parseTraceparent(headers.traceparent);
  if (internal && given === null) return unrecorded(null);
  const start = { name: `${method} ${route}`, kind: 'server', attributes: { 'http.request.method': method, 'http.route': route } } as const;
  return internal ? spans.start(start, given) : spans.start({ ...start, link: given }, null);
}

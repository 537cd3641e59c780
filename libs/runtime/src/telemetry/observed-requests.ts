import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';
import { inTrace, parseTraceparent } from '../trace.ts';
import { reading, type LabelsOf, type Metrics } from './metrics.ts';
import { unrecorded, type Span, type Spans } from './spans.ts';

interface Begun {
  readonly at: number;
  readonly span: Span;
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
    const route = routeOf(request);
    const method = (METHODS.has(request.method) ? request.method : 'other') as Method;
    const status = String(reply.statusCode);
    const seconds = (performance.now() - mine.at) / 1_000;
    metrics.count('latchkey_http_requests_total', { route, method, status });
    metrics.observe('latchkey_http_request_duration_seconds', seconds, { route, method });
    mine.span.end({ 'http.response.status_code': reply.statusCode }, reply.statusCode >= 500 ? status : undefined);
    // What rooms ask each other is many lines that say little: those who look for it set the level.
    const level = isInternal(request) ? 'debug' : 'info';
    inTrace(mine.span.context, () => logger[level]({ log: 'request', method, route, status: reply.statusCode, ms: Math.round(seconds * 1e4) / 10 }, 'Request'));
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    const span = begin(request, spans);
    begun.set(request, { at: performance.now(), span });
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
function begin(request: FastifyRequest, spans: Spans): Span {
  const route = routeOf(request);
  const given = parseTraceparent(request.headers.traceparent);
  if (isInternal(request) && given === null) return unrecorded(null);
  const start = { name: `${request.method} ${route}`, kind: 'server', attributes: { 'http.request.method': request.method, 'http.route': route } } as const;
  return isInternal(request) ? spans.start(start, given) : spans.start({ ...start, link: given }, null);
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** No front sends a path under /internal to a room, but that of the internal port. */
function isInternal(request: FastifyRequest): boolean {
  return routeOf(request).startsWith('/internal/');
}

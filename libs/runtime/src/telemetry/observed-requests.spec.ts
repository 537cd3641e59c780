import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { loadConfig } from '../load-config.ts';
import { silentLogger } from '../pino-logger.ts';
import { currentTraceparent } from '../trace.ts';
import { silentMetrics } from './metrics.ts';
import { observeRequests } from './observed-requests.ts';
import { processMetrics } from './process-metrics.ts';
import { unrecordedSpans } from './spans.ts';
import { openTracing, tracingConfig, type ProcessTracing } from './tracing.ts';

const GIVEN = { trace: 'a'.repeat(32), span: 'b'.repeat(16) };
const RECORD = `00-${GIVEN.trace}-${GIVEN.span}-01`;
const DO_NOT_RECORD = `00-${GIVEN.trace}-${GIVEN.span}-00`;

describe('spans of requests (W3C Trace Context §3, OpenTelemetry SDK sampling)', () => {
  let collector: Server;
  let port: number;
  let sent: string;

  beforeEach(async () => {
    sent = '';
    collector = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (sent += chunk.toString('utf8')));
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    port = (collector.address() as { port: number }).port;
  });
  afterEach(() => void collector.close());

  /** Asks `path` once and answers the trace context that its handler worked under. */
  async function ask(path: string, traceparent: string | null, settings: Record<string, string> = {}): Promise<string> {
    const environment = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}/any/path`, ...settings };
    const tracing = (await openTracing(loadConfig(tracingConfig, environment), silentLogger)) as ProcessTracing;
    const server = fastify();
    observeRequests(server, { metrics: silentMetrics, spans: tracing.ofRoom('cas'), logger: silentLogger });
    server.get('/cas/login/:name', async () => currentTraceparent());
    server.get('/internal/cas/ask', async () => currentTraceparent());
    const { body } = await server.inject({ path, headers: traceparent === null ? {} : { traceparent } });
    await server.close();
    await tracing.close();
    return body;
  }

  it('a request from outside begins a trace of its own and points to the one it came with', async () => {
    expect(await ask('/cas/login/ada', RECORD)).toMatch(new RegExp(`^00-(?!${GIVEN.trace})[0-9a-f]{32}-[0-9a-f]{16}-01$`));
    expect(sent).toContain(`"links":[{"`);
    expect(sent).toContain('"name":"GET /cas/login/:name"');
    expect(sent).not.toContain('ada');
  });
  it('an ask of another room goes on in its trace', async () => {
    expect(await ask('/internal/cas/ask', RECORD)).toMatch(new RegExp(`^00-${GIVEN.trace}-(?!${GIVEN.span})[0-9a-f]{16}-01$`));
    expect(sent).toContain(`"parentSpanId":"${GIVEN.span}"`);
  });
  it('an ask of a trace that is not recorded is not recorded', async () => {
    expect(await ask('/internal/cas/ask', DO_NOT_RECORD)).toMatch(/-00$/);
    expect(sent).toBe('');
  });
  it('an ask without a trace is not recorded, and has an id for the log', async () => {
    expect(await ask('/internal/cas/ask', null)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(sent).toBe('');
  });
  it.each([
    ['always_off', '1', false],
    ['parentbased_always_off', '1', false],
    ['parentbased_traceidratio', '0', false],
    ['parentbased_traceidratio', '1', true],
    ['traceidratio', '0', false],
  ])('%s with %s decides %s for a request from outside, whatever that asks for', async (sampler, share, recorded) => {
    const settings = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share };
    expect((await ask('/cas/login/ada', RECORD, settings)).endsWith('-01')).toBe(recorded);
    expect(sent !== '').toBe(recorded);
  });
  it('without a collector nothing of OpenTelemetry is opened', async () => {
    expect(await openTracing(loadConfig(tracingConfig, {}), silentLogger)).toBeNull();
  });
  it('a collector that is away delays no request and no end', async () => {
    collector.close();
    const began = performance.now();
    expect(await ask('/cas/login/ada', null)).toMatch(/-01$/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('measurements of requests', () => {
  it('name the route, not the path; what has no route is one of them', async () => {
    const metrics = processMetrics({ defaults: false });
    const server = fastify();
    observeRequests(server, { metrics: metrics.ofRoom('cas'), spans: unrecordedSpans, logger: silentLogger });
    server.get('/cas/login/:name', async () => 'x');
    await server.inject('/cas/login/ada');
    await server.inject('/cas/login/grace');
    await server.inject('/wp-admin');
    const text = await metrics.text();
    expect(text).toContain('latchkey_http_requests_total{room="cas",route="/cas/login/:name",method="GET",status="200"} 2');
    expect(text).toContain('latchkey_http_requests_total{room="cas",route="none",method="GET",status="404"} 1');
    expect(text).toContain('latchkey_http_request_duration_seconds_count{room="cas",route="/cas/login/:name",method="GET"} 2');
    expect(text).toContain('latchkey_http_requests_in_flight{room="cas"} 0');
    expect(text).not.toMatch(/ada|wp-admin/);
    await server.close();
  });
  it('a request whose client went away is in flight no longer', async () => {
    const metrics = processMetrics({ defaults: false });
    const server = fastify();
    observeRequests(server, { metrics: metrics.ofRoom('cas'), spans: unrecordedSpans, logger: silentLogger });
    let arrived = (): void => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    server.get('/hangs', () => {
      arrived();
      return new Promise(() => {});
    });
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    const closed = new Promise((resolve) => server.server.once('connection', (socket) => socket.once('close', resolve)));
    const abort = new AbortController();
    const asked = fetch(`${address}/hangs`, { signal: abort.signal }).catch(() => {});
    await waiting;
    expect(await metrics.text()).toContain('latchkey_http_requests_in_flight{room="cas"} 1');
    abort.abort();
    await asked;
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await metrics.text()).toContain('latchkey_http_requests_in_flight{room="cas"} 0');
    await server.close();
  });
});

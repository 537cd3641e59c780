import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { Collector, type CollectedSpan } from './platform/collector.ts';
import { PASSWORD, SECRET, declaration } from './platform/declaration.ts';
import { SHAPE, deploy, type Deployment, type Replica } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

const STRANGER = { trace: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', span: 'bbbbbbbbbbbbbbbb' };

describe('traces across rooms and through the bus (OpenTelemetry, W3C Trace Context)', () => {
  let application: Application;
  let collector: Collector;
  let tokens: { access_token: string; refresh_token?: string };
  let ticket: string;
  let spans: readonly CollectedSpan[];
  /** By room, each of its replicas. */
  let metrics: readonly { readonly room: string; readonly text: string }[] = [];
  let publicly = 0;

  /** Signs in, opens two applications, signs out, and stops the platform, which sends what it has recorded. */
  beforeAll(async () => {
    application = await Application.start();
    collector = await Collector.start();
    const platform = await deploy({
      declaration: declaration({ application: application.url }),
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one%20two', LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    });
    try {
      await walkThrough(platform);
      await scrape(platform);
    } finally {
      await platform.close();
    }
    spans = collector.spans;
  });
  afterAll(async () => {
    await collector?.close();
    await application?.close();
  });

  async function walkThrough(platform: Deployment): Promise<void> {
    const walk = new Walk(platform, application.url);
    const browser = new Browser({ traceparent: `00-${STRANGER.trace}-${STRANGER.span}-01` });
    await walk.signIn(browser);
    ticket = await walk.ticket(browser);
    await walk.validate(ticket);
    tokens = await walk.tokens(browser);
    await browser.visit(`${platform.url}/cas/logout`);
    await application.until(() => ['/shop', '/backchannel/web'].every((path) => application.told.some((told) => told.path === path)));
  }

  async function scrape(platform: Deployment): Promise<void> {
    const read = async ({ room, internalPort }: Replica) => ({ room, text: await (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text() });
    metrics = await Promise.all((platform.split?.replicas ?? []).map(read));
    publicly = (await fetch(`${platform.url}/metrics`)).status;
  }

  const named = (name: string): CollectedSpan => {
    const found = spans.find((span) => span.name === name);
    if (found === undefined) throw new Error(`no span ${name}; there are: ${[...new Set(spans.map((span) => span.name))].join(' | ')}`);
    return found;
  };

  it('one sign-out is one trace: the request, the ask, the event in each room, and the delivery to each application', () => {
    const { traceId } = named('GET /cas/logout');
    const trace = spans.filter((span) => span.traceId === traceId);
    expect(trace.map(({ service, name }) => `${service}: ${name}`)).toEqual(
      expect.arrayContaining([
        'latchkey-cas: GET /cas/logout',
        'latchkey-cas: ask session-store end',
        'latchkey-session-store: POST /internal/session-store/end',
        'latchkey-cas: handle session.ended',
        'latchkey-token-issuer: handle session.ended',
        'latchkey-cas: deliver logout',
        'latchkey-token-issuer: deliver logout',
      ]),
    );
  });

  it('each span hangs on the one that caused it', () => {
    const { traceId } = named('GET /cas/logout');
    const trace = new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.spanId, span]));
    const causesOf = (name: string, service: string): string[] => {
      const causes: string[] = [];
      let span = [...trace.values()].find((candidate) => candidate.name === name && candidate.service === service);
      while (span !== undefined) {
        causes.push(span.name);
        span = trace.get(span.parentSpanId);
      }
      return causes;
    };
    expect(causesOf('deliver logout', 'latchkey-token-issuer')).toEqual([
      'deliver logout',
      'handle session.ended',
      'POST /internal/session-store/end',
      'ask session-store end',
      'GET /cas/logout',
    ]);
  });

  it('what comes from outside begins a trace of ours, from which the stranger’s can be found', () => {
    expect(spans.map(({ traceId }) => traceId)).not.toContain(STRANGER.trace);
    expect(named('GET /cas/logout')).toMatchObject({ links: [{ traceId: STRANGER.trace }] });
    expect(named('GET /cas/logout').parentSpanId ?? '').toBe('');
  });

  it('work by the clock is no trace: rooms that only look at each other send nothing', () => {
    const roots = spans.filter(({ parentSpanId }) => (parentSpanId ?? '') === '');
    expect(roots.filter(({ name }) => !/^(GET|POST|HEAD) \/(?!internal)/.test(name))).toEqual([]);
  });

  it('a span holds names that the code has, and nothing that was sent', () => {
    const sent = collector.bodies.join('\n');
    for (const secret of [PASSWORD, SECRET.web, ticket, tokens.access_token, tokens.refresh_token!, 'ada', 'Ada', '127.0.0.1']) expect(sent).not.toContain(secret);
  });

  it('metrics are nothing for the public', () => expect(publicly).toBe(404));

  if (SHAPE === 'split') {
    it('each replica of each room shows its own metrics on its internal port', () => {
      expect(metrics.length).toBeGreaterThanOrEqual(10);
      const silent = metrics.filter(({ room, text }) => !text.includes(`latchkey_bus_outbox_rows{room="${room}"}`) || !text.includes('process_resident_memory_bytes'));
      expect(silent.map(({ room }) => room)).toEqual([]);
      const handled = metrics.filter(({ room }) => room === 'token-issuer').map(({ text }) => /latchkey_bus_events_total\{room="token-issuer",event="session.ended",outcome="handled"\} (\d+)/.exec(text)?.[1] ?? '0');
      expect(handled.map(Number).reduce((sum, count) => sum + count, 0)).toBe(1);
    });
  }

  it('the collector is greeted as it asked for', () => {
    expect(collector.headers[0]).toMatchObject({ 'x-tenant': 'one two', 'content-type': 'application/json' });
  });
});

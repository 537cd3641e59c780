import type { PeerApi, PeerClient } from '@latchkey/contracts';
import { PeerRefused, PeerUnavailable, type Peers } from '@latchkey/peers';
import { currentTrace } from '../trace.ts';
import type { LabelsOf, Metrics } from './metrics.ts';
import { withSpan, type Spans } from './spans.ts';

type Outcome = LabelsOf<'latchkey_peer_asks_total'>['outcome'];
type Ask = (request: never) => Promise<unknown>;

/** Counts what a room asks of others, and makes each ask a span of the trace that it belongs to. */
export function observedPeers(peers: Peers, metrics: Metrics, spans: Spans): Peers {
  const clients = new Map<PeerApi, unknown>();
  const observed = (api: PeerApi): unknown => {
    const client = peers.to(api) as Record<string, Ask>;
    return Object.fromEntries(Object.entries(client).map(([name, ask]) => [name, observedAsk(api, name, ask, metrics, spans)]));
  };
  return {
    to<Api extends PeerApi>(api: Api): PeerClient<Api> {
      if (!clients.has(api)) clients.set(api, observed(api));
      return clients.get(api) as PeerClient<Api>;
    },
  };
}

function observedAsk({ room: to }: PeerApi, name: string, ask: Ask, metrics: Metrics, spans: Spans): Ask {
  const start = { name: `ask ${to} ${name}`, kind: 'client', attributes: { 'peer.service': `latchkey-${to}`, 'rpc.method': name } } as const;
  const measured = async (request: never): Promise<unknown> => {
    const began = performance.now();
    let outcome: Outcome = 'answered';
    try {
      return await ask(request);
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      metrics.count('latchkey_peer_asks_total', { to, ask: name, outcome });
      metrics.observe('latchkey_peer_ask_duration_seconds', (performance.now() - began) / 1_000, { to, ask: name });
    }
  };
  return (request) => {
    const parent = currentTrace();
    return parent === null ? measured(request) : withSpan(spans, start, parent, () => measured(request));
  };
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof PeerRefused) return 'refused';
  return error instanceof PeerUnavailable && error.status === undefined ? 'unavailable' : 'failed';
}

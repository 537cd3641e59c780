import { type Latchkey } from './latchkey.ts';
import { type Session } from './sessions.ts';

export interface Order {
  id: string;
  show: string;
  venue: string;
  startsAt: Date;
  timeZone: string;
  block: string;
  seats: number;
  url: string;
}

export type Found = { kind: 'orders'; orders: Order[] } | { kind: 'reconnect' } | { kind: 'unavailable' };

/** An access token with less left than this is renewed first. */
const SPARE_MS = 15_000;

/** Reads a person's orders with their access token. */
export class BoxOffice {
  readonly #api: string;
  readonly #latchkey: Latchkey;
  readonly #now: () => number;
  readonly #refreshing = new WeakMap<Session, Promise<void>>();

  constructor(api: string, latchkey: Latchkey, now: () => number) {
    this.#api = api;
    this.#latchkey = latchkey;
    this.#now = now;
  }

  async ordersOf(session: Session): Promise<Found> {
    try {
      if (isOld(session, this.#now())) await this.#refresh(session);
      let response = await this.#ask(session);
      if (response?.status === 401) {
        await this.#refresh(session);
        response = await this.#ask(session);
      }
      if (response === undefined || response.status === 401 || response.status === 403) return { kind: 'reconnect' };
      return response.ok ? { kind: 'orders', orders: readOrders(await response.json()) } : { kind: 'unavailable' };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  async #ask(session: Session): Promise<Response | undefined> {
    if (session.tokens === undefined) return undefined;
    return await fetch(`${this.#api}/orders`, {
      headers: { authorization: `Bearer ${session.tokens.accessToken}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
  }

  /** One at a time for a session: a refresh token that is presented twice looks stolen. @see RFC 9700 §4.14.2 */
  async #refresh(session: Session): Promise<void> {
    let running = this.#refreshing.get(session);
    if (running === undefined) {
      running = this.#renew(session).finally(() => this.#refreshing.delete(session));
      this.#refreshing.set(session, running);
    }
    await running;
  }

  async #renew(session: Session): Promise<void> {
    if (session.tokens !== undefined) session.tokens = await this.#latchkey.refresh(session.tokens, this.#now());
  }
}

const isOld = ({ tokens }: Session, now: number): boolean => tokens?.expiresAt !== undefined && tokens.expiresAt - now < SPARE_MS;

function readOrders(answer: unknown): Order[] {
  const orders = typeof answer === 'object' && answer !== null && 'orders' in answer ? answer.orders : undefined;
  if (!Array.isArray(orders)) throw new Error('Box Office gave no list of orders');
  return orders.map((order: Record<string, unknown>) => ({
    id: String(order['id']),
    show: String(order['show']),
    venue: String(order['venue']),
    startsAt: new Date(String(order['startsAt'])),
    timeZone: String(order['timeZone']),
    block: String(order['block']),
    seats: Number(order['seats']),
    url: /^https?:\/\//.test(String(order['url'])) ? String(order['url']) : '/',
  }));
}

import { newTicketId, ticketKind } from '@latchkey/cas-protocol';
import type { Clock } from '@latchkey/runtime';
import type { Database, HotStore } from '@latchkey/store';

/** What an unused ticket stands for. */
export interface Ticket {
  readonly v: 1;
  /** The service URL as exact bytes. */
  readonly service: string;
  readonly serviceId: string;
  readonly sid: string;
  readonly subject: string;
  /** Issued from the presentation of a password just now, not from a session. @see CAS Protocol 3.0 §2.4.1 renew */
  readonly fromNewLogin: boolean;
  /** Of a proxy ticket alone: callback addresses of the proxies on the way, the last one first. @see CAS Protocol 3.0 §2.6.2 */
  readonly proxies?: readonly string[];
}

/** Unused service and proxy tickets. They live in the hot store alone: one that vanishes costs a redirect, never a wrong sign-in. */
export class Tickets {
  constructor(private readonly options: { hot: HotStore; database: Pick<Database, 'assertReachable'>; clock: Clock; tenant: string; lifeMs: number }) {}

  async issue(ticket: Omit<Ticket, 'v'>): Promise<string> {
    const { hot, database, clock, lifeMs } = this.options;
    await database.assertReachable();
    const id = newTicketId(ticket.proxies === undefined ? 'ST' : 'PT', clock.now());
    await hot.put(this.key(id), JSON.stringify({ v: 1, ...ticket }), { ttlMs: lifeMs });
    return id;
  }

  /** Of any number of takers one gets it, and whatever becomes of that attempt, nobody gets it again. @see CAS Protocol 3.0 §3.1.1 */
  async take(id: string): Promise<Ticket | null> {
    if (ticketKind(id) === null) return null;
    const raw = await this.options.hot.take(this.key(id));
    if (raw === null) return null;
    const ticket = JSON.parse(raw) as Ticket;
    return ticket.v === 1 ? ticket : null;
  }

  private key(id: string): string {
    return `ticket:v1:${this.options.tenant}:{${id}}`;
  }
}

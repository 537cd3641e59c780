import type { Clock } from '@latchkey/runtime';
import type { People } from '../people/people.ts';
import type { Visitor } from '../visits/visits.ts';

const MOST = 20_000;

/**
 * People as they were within the last half minute, so that a request to a protected host costs no statement. Whoever is
 * disabled, deleted or signed out is stopped by the end of the session, which nobody remembers.
 */
export class KnownVisitors {
  private readonly known = new Map<string, { readonly until: number; readonly visitor: Promise<Visitor | null> }>();

  constructor(
    private readonly people: Pick<People, 'bySubject'>,
    private readonly clock: Clock,
    private readonly freshMs = 30_000,
  ) {}

  async find(subject: string): Promise<Visitor | null> {
    const held = this.known.get(subject);
    if (held !== undefined && this.clock.now() < held.until) return held.visitor;
    const read = { until: this.clock.now() + this.freshMs, visitor: this.read(subject) };
    this.known.delete(subject);
    this.known.set(subject, read);
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
    read.visitor.catch(() => {
      if (this.known.get(subject) === read) this.known.delete(subject);
    });
    return read.visitor;
  }

  private async read(subject: string): Promise<Visitor | null> {
    const person = await this.people.bySubject(subject);
    return person?.enabled === true ? person : null;
  }
}

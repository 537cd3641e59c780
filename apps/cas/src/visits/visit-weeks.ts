import { ticketPrefix, ticketWeek, type TicketKind } from '@latchkey/cas-protocol';
import { RangePartitions, type Database, type Slice } from '@latchkey/store';

const WEEK_MS = 7 * 24 * 3_600_000;

/** The weeks of the visit table: this one and the next are there before a ticket of them is used, old ones are dropped whole. */
export class VisitWeeks {
  private readonly partitions: RangePartitions;

  constructor(
    database: Database,
    private readonly now: () => number,
    private readonly keptMs: number,
  ) {
    this.partitions = new RangePartitions(database, 'visit');
  }

  async keep(): Promise<void> {
    const week = ticketWeek(this.now());
    const oldest = week - Math.ceil(this.keptMs / WEEK_MS);
    // The week before as well: a ticket of its last seconds may be validated in this one.
    const slices = [week - 1, week, week + 1].flatMap((one) => [slice('ST', 'w', one), slice('PT', 'p', one)]);
    await this.partitions.keep(slices, (name) => Number(name.slice(1)) < oldest);
  }
}

/** The alphabet of periods ascends, so a week ends where the next begins, save the last before the names come round. */
function slice(kind: TicketKind, letter: string, week: number): Slice {
  const [from, to] = [ticketPrefix(kind, week), ticketPrefix(kind, week + 1)];
  return { name: `${letter}${week}`, from, to: to > from ? to : `${kind}-a` };
}

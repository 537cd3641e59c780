/**
 * Servers that have not answered in time and have not spoken since. Nothing more is sent to them: their callers would all wait out
 * the limit, and what they were told had failed would run when the server goes on. The answer that comes late, or the end of the
 * connection, opens the way again; where neither comes (a machine that vanished), the connection is cut.
 */
export class SilentServers {
  private readonly awaited = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly reconnect: (server: string) => void,
    private readonly patienceMs: number,
  ) {}

  has(server: string): boolean {
    return this.awaited.has(server);
  }

  waitFor(server: string, late: Promise<unknown>): void {
    if (!this.awaited.has(server)) this.awaited.set(server, setTimeout(() => this.giveUp(server), this.patienceMs).unref());
    const spoke = (): void => this.spoke(server);
    late.then(spoke, spoke);
  }

  close(): void {
    for (const timer of this.awaited.values()) clearTimeout(timer);
  }

  private giveUp(server: string): void {
    this.reconnect(server);
    this.spoke(server);
  }

  private spoke(server: string): void {
    clearTimeout(this.awaited.get(server));
    this.awaited.delete(server);
  }
}

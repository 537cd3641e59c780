/** The server has more passwords to hash than it may; the caller answers 503. */
export class HashGateFull extends Error {
  constructor() {
    super('too many passwords are being checked at this moment');
    this.name = 'OverloadedError';
  }
}

interface Waiting {
  readonly enter: () => void;
}

/**
 * A fixed number of hashes at a time and a short queue: a flood of sign-ins neither takes the memory nor starves the thread
 * pool, and nobody waits longer than a person would. @see OWASP ASVS 15.1.3
 */
export class HashGate {
  private readonly waiting: Waiting[] = [];
  private inside = 0;

  constructor(private readonly limits: { readonly concurrency: number; readonly maxWaitMs: number; readonly maxWaiting: number }) {}

  /** @throws HashGateFull */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> {
    if (this.inside < this.limits.concurrency) {
      this.inside++;
      return Promise.resolve();
    }
    if (this.waiting.length >= this.limits.maxWaiting) return Promise.reject(new HashGateFull());
    return new Promise((resolve, reject) => {
      const place: Waiting = {
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(place), 1);
        reject(new HashGateFull());
      }, this.limits.maxWaitMs);
      this.waiting.push(place);
    });
  }

  /** A place that is handed on stays counted. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside--;
    else next.enter();
  }
}

import type { Clock, HttpSettings, Logger } from '@latchkey/runtime';

/** What controllers need of the deployment. A class, so that Nest can name it. */
export class Web {
  constructor(
    readonly http: HttpSettings,
    readonly clock: Clock,
    readonly logger: Logger,
    readonly tenant: string,
  ) {}

  get issuer(): string {
    return this.http.publicUrl;
  }

  nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

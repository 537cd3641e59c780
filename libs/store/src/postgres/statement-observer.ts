import type { EntitySubscriberInterface, Logger as TypeOrmLogger } from 'typeorm';
import { DatabaseUnavailable } from './errors.ts';

/** `name` is the prepared statement's, when it has one. */
export type Observe = (text: string, name?: string) => void;

/** `conflict`: a constraint said no, which is an ordinary answer here. */
export type StatementOutcome = 'ok' | 'conflict' | 'unavailable' | 'failed';
export type Settled = (name: string | undefined, outcome: StatementOutcome, seconds: number) => void;

/** Sees what callers ask of Postgres, by the bare pool and by TypeORM alike. */
export class StatementObserver implements TypeOrmLogger {
  private begun = false;

  constructor(
    private readonly observe: Observe | undefined,
    private readonly settled: Settled | undefined,
  ) {}

  /** What TypeORM asks while it connects is nobody's statement. */
  begin(): void {
    this.begun = true;
  }

  saw(text: string, name?: string): void {
    this.observe?.(text, name);
  }

  /** Runs a statement of the bare pool. */
  async timed<T>(name: string | undefined, run: () => Promise<T>): Promise<T> {
    const { settled } = this;
    if (settled === undefined) return run();
    const began = performance.now();
    try {
      const result = await run();
      settled(name, 'ok', (performance.now() - began) / 1_000);
      return result;
    } catch (error) {
      settled(name, outcomeOf(error), (performance.now() - began) / 1_000);
      throw error;
    }
  }

  /** Hears of TypeORM's statements when they have ended. */
  get subscriber(): EntitySubscriberInterface {
    return {
      afterQuery: ({ query, success, executionTime = 0, error }) => {
        if (this.begun && !BOUNDARY.test(query)) this.settled?.(undefined, success ? 'ok' : outcomeOf(error), executionTime / 1_000);
      },
    };
  }

  logQuery(query: string): void {
    if (this.begun && !BOUNDARY.test(query)) this.saw(query);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

const BOUNDARY = /^(START TRANSACTION|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i;

function outcomeOf(error: unknown): StatementOutcome {
  if (error instanceof DatabaseUnavailable) return 'unavailable';
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'failed';
  return code.startsWith('23') ? 'conflict' : code.startsWith('08') || code.startsWith('57P') ? 'unavailable' : 'failed';
}

import type { Logger as TypeOrmLogger } from 'typeorm';

/** `name` is the prepared statement's, when it has one. */
export type Observe = (text: string, name?: string) => void;

/** Counts what callers ask of Postgres, by the bare pool and by TypeORM alike. */
export class StatementObserver implements TypeOrmLogger {
  private begun = false;

  constructor(private readonly observe: Observe | undefined) {}

  /** What TypeORM asks while it connects is nobody's statement. */
  begin(): void {
    this.begun = true;
  }

  saw(text: string, name?: string): void {
    this.observe?.(text, name);
  }

  logQuery(query: string): void {
    if (this.begun && !/^(START TRANSACTION|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(query)) this.saw(query);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

import type { DatabaseOptions } from '@latchkey/store';
import type { Metrics } from './metrics.ts';

export function measuredStatements(metrics: Metrics): NonNullable<DatabaseOptions['settled']> {
  return (statement = 'unnamed', outcome, seconds) => {
    metrics.count('latchkey_postgres_statements_total', { statement, outcome });
    metrics.observe('latchkey_postgres_statement_duration_seconds', seconds);
  };
}

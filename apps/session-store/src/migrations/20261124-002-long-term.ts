import type { Migration } from '@latchkey/store';

/** Both limits of a session that was begun to be remembered for long; null: the limits of all others. */
export const longTerm: Migration = {
  name: '20261124-002-long-term',
  sql: 'ALTER TABLE session ADD COLUMN long_term_seconds integer',
};

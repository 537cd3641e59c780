import { createHmac } from 'node:crypto';
import type { Logger } from '../logger.ts';
import type { SecurityEvent } from './security-event.ts';
import { SECURITY_EVENTS, type FieldsOf, type SecurityEventName } from './security-events.ts';

/** Writes what whoever watches over this installation must hear of. Names and fields are those of the table. */
export interface SecurityLog {
  record<E extends SecurityEventName>(event: E, fields: FieldsOf<E>): void;
}

export function securityLog(logger: Logger, key: Buffer): SecurityLog {
  const markKey = createHmac('sha256', key).update('marks in logs').digest();
  const mark = (value: unknown): string => `mark:${createHmac('sha256', markKey).update(String(value)).digest('hex').slice(0, 12)}`;
  return {
    record: (event, given) => {
      const { level, help, fields }: SecurityEvent = SECURITY_EVENTS[event];
      const values = given as Readonly<Record<string, unknown>>;
      const written = Object.entries(fields).map(([name, { as }]) => [name, as === 'marked' ? mark(values[name]) : values[name]]);
      logger[level]({ log: 'security', event, ...Object.fromEntries(written) }, help);
    },
  };
}

export const silentSecurityLog: SecurityLog = { record: () => {} };

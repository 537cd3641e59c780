import { pino } from 'pino';
import type { Logger } from './logger.ts';
import { currentTraceId } from './trace.ts';

/** Structured logs in UTC. Keys that could hold a secret are blanked wherever they stand. */
export function pinoLogger(options: { level: string; destination?: { write(line: string): void } }): Logger {
  const settings = {
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    mixin: () => {
      const trace = currentTraceId();
      return trace === null ? {} : { trace };
    },
    redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

const SECRETS = [
  'password',
  'secret',
  'client_secret',
  'cookie',
  'authorization',
  'code',
  'ticket',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'pending',
  'connectionString',
];

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

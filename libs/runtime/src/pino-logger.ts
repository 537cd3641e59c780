import { pino } from 'pino';
import type { Logger } from './logger.ts';
import { currentTrace } from './trace.ts';

/** Structured logs in UTC. Keys that could hold a secret are blanked wherever they stand. */
export function pinoLogger(options: { level: string; destination?: { write(line: string): void } }): Logger {
  const settings = {
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    mixin: () => {
      const context = currentTrace();
      return context === null ? {} : { trace: context.traceId, span: context.spanId };
    },
    serializers: { err: described },
    hooks: { streamWrite: printable },
    redact: { paths: ['code', ...SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])], censor: '[redacted]' },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** JSON escapes what is below a space. These, too, move a terminal's cursor, end a line for some readers, or turn text round. */
const DECEPTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function printable(line: string): string {
  return line.replace(DECEPTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface Described {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: Described | string;
}

/** What a log says of an error, and no more: drivers hang whole connections on theirs, passwords included. */
function described(error: unknown, depth = 0): Described | string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: described(error.cause, depth + 1) }),
  };
}

const SECRETS = [
  'password',
  'secret',
  'client_secret',
  'cookie',
  'authorization',
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

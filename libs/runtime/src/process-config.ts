import { z } from 'zod';
import { kafkaConfig } from './kafka-settings.ts';
import { tracingConfig } from './telemetry/tracing.ts';

const list = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((item) => item.trim()).filter((item) => item !== ''));

const key = (purpose: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{43,}$/, 'must be at least 32 random bytes in base64url')
    .describe(`${purpose}: 32 random bytes in base64url`);

/** Settings of the process, shared by all rooms in it. */
export const processConfig = z.object({
  LATCHKEY_PUBLIC_URL: z
    .string()
    .default('http://localhost:8080')
    .refine((value) => URL.canParse(value) && new URL(value).origin === value, 'must be an origin such as https://login.example.org, without a path or trailing slash')
    .describe('The one public origin: issuer, base of every address and cookie'),
  LATCHKEY_PORT: z.coerce.number().int().min(0).max(65535).optional().describe('Port to listen on; default: the port of LATCHKEY_PUBLIC_URL'),
  LATCHKEY_HOST: list.describe('Addresses to listen on, comma-separated; default: the loopback addresses'),
  LATCHKEY_TRUSTED_PROXIES: list.describe('Addresses or CIDR ranges whose X-Forwarded-For is believed, comma-separated'),
  LATCHKEY_OUTBOUND_ALLOW: list.describe('host:port entries that may be called over http and at loopback or private addresses, comma-separated'),
  LATCHKEY_COOKIE_KEY: key('Keys the hash of session cookies'),
  LATCHKEY_FORM_KEY: key('Keys the tokens in forms'),
  LATCHKEY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level that is logged'),
  LATCHKEY_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('All rooms in one process: port of `GET /metrics`; absent: none. A room apart serves it on its internal port'),
  LATCHKEY_METRICS_HOST: list.describe('Addresses of that port, comma-separated; default: the loopback addresses'),
  ...tracingConfig.shape,
  DATABASE_URL: z.string().startsWith('postgres', 'must be a postgres:// URL').describe('PostgreSQL; in split mode the URL of this room'),
  LATCHKEY_DATABASE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(4)
    .max(100)
    .default(10)
    .describe('Most connections of each room in this process to PostgreSQL, opened when they are needed. Times rooms and replicas they must stay under max_connections'),
  REDIS_URL: z.string().optional().describe('Redis; absent: the memory of the process (one process only)'),
  KAFKA_BROKERS: z.string().optional().describe('Kafka brokers, comma-separated; absent: rooms tell each other directly'),
  ...kafkaConfig.shape,
  LATCHKEY_REDIS_ALLOW_PERSISTENCE: z.stringbool().default(false).describe('Run on a Redis that persists, replicates or evicts, although used values may come back'),
});
export type ProcessConfig = z.output<typeof processConfig>;

import { ROOMS, type Room } from '@latchkey/contracts';
import { z } from 'zod';
import { processConfig } from './process-config.ts';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema.transform((one) => [one]), z.array(schema).min(1)]);

/** Settings of a room that runs in a process of its own. */
export const splitConfig = processConfig.extend({
  REDIS_URL: z.string().describe('Redis; several addresses, comma-separated, are nodes of a cluster'),
  LATCHKEY_INTERNAL_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8090)
    .describe('Port of the internal routes, health and metrics, which no ingress exposes'),
  LATCHKEY_PEERS: json(z.partialRecord(z.enum(ROOMS), oneOrMore(z.url())))
    .default({})
    .describe('JSON: the internal address of each room, or a list of the addresses of its replicas; default: http://<room>:8090'),
  LATCHKEY_SERVICE_KEY: z.string().describe('Private ES256 key of this room, PEM'),
  LATCHKEY_SERVICE_PUBLIC_KEYS: json(z.partialRecord(z.enum(ROOMS), oneOrMore(z.string()))).describe(
    'JSON: the public key of each room, PEM; a list of two while a room changes its key, the one in use first',
  ),
  LATCHKEY_DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(5)
    .describe('How long a room that was told to end still serves, so that whoever routes to it can look elsewhere'),
});
export type SplitConfig = z.output<typeof splitConfig>;

/** Where each room is asked. */
export function peerAddresses(config: SplitConfig): (room: Room) => readonly URL[] {
  const addresses = Object.fromEntries(ROOMS.map((room) => [room, (config.LATCHKEY_PEERS[room] ?? [`http://${room}:8090`]).map((address) => new URL(address))]));
  return (room) => addresses[room]!;
}

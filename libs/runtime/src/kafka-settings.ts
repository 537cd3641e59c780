import { kafkaTransport, type BusTransport } from '@latchkey/bus';
import { z } from 'zod';
import type { Logger } from './logger.ts';

/** How the brokers of KAFKA_BROKERS are spoken to. */
export const kafkaConfig = z.object({
  KAFKA_TLS: z.stringbool().default(false).describe('Speak TLS to the brokers'),
  KAFKA_CA: z.string().optional().describe('Certificate authority of the brokers, PEM; absent: the public ones. Takes KAFKA_TLS'),
  KAFKA_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512').describe('How KAFKA_USERNAME and KAFKA_PASSWORD are shown (SASL)'),
  KAFKA_USERNAME: z.string().optional().describe('Name at the brokers; absent: none is asked for'),
  KAFKA_PASSWORD: z.string().optional().describe('Password at the brokers'),
});

export function kafkaOf(config: z.output<typeof kafkaConfig>, brokers: string, clientId: string, logger: Logger): BusTransport {
  const { KAFKA_TLS: tls, KAFKA_CA: ca, KAFKA_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = config;
  return kafkaTransport({
    brokers,
    clientId,
    logger,
    ...(tls ? { ssl: ca === undefined ? true : { ca } } : {}),
    ...(username === undefined ? {} : { sasl: { mechanism, username, password: password ?? '' } }),
  });
}

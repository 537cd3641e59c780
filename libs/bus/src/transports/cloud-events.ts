import type { EventEnvelope } from '@latchkey/contracts';

/** A message of Kafka in the binary content mode: attributes in headers, the payload alone as value. */
export interface BinaryMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

export interface ReceivedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  header(name: string): string | undefined;
}

const TYPE = /^latchkey\.(.+)\.v(\d{1,9})$/;
const SOURCE = '/latchkey/';

/** @see CloudEvents 1.0 §3.1 (attributes); Kafka Protocol Binding 1.0 §3.2 (binary content mode) */
export function toMessage(envelope: EventEnvelope): BinaryMessage {
  return {
    key: envelope.key,
    value: JSON.stringify(envelope.data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: envelope.id,
      ce_source: `${SOURCE}${envelope.source}`,
      ce_type: `latchkey.${envelope.name}.v${envelope.version}`,
      ce_time: envelope.time,
      ce_partitionkey: envelope.key,
      ...(envelope.traceparent === null ? {} : { traceparent: envelope.traceparent }),
    },
  };
}

/** Never throws: what is not one of our events comes out as an event that nobody knows, and so is parked. */
export function fromMessage(message: ReceivedMessage): EventEnvelope {
  const { header } = message;
  const place = `kafka:${message.topic}/${message.partition}/${message.offset}`;
  const type = TYPE.exec(header('ce_type') ?? '');
  const id = header('ce_id');
  const readable = type !== null && id !== undefined && header('ce_specversion') === '1.0';
  return {
    id: readable ? id : place,
    name: readable ? (type[1] ?? '') : (header('ce_type') ?? 'unreadable'),
    version: readable ? Number(type[2]) : 0,
    source: (header('ce_source') ?? place).replace(SOURCE, ''),
    time: header('ce_time') ?? '',
    key: message.key?.toString('utf8') ?? '',
    traceparent: header('traceparent') ?? null,
    data: payloadOf(message.value),
  };
}

function payloadOf(value: Buffer | null): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return { unreadable: value.toString('base64') };
  }
}

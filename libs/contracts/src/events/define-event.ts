import type { z } from 'zod';
import type { StreamName } from './streams.ts';

export const ROOMS = ['cas', 'session-store', 'token-issuer', 'consent', 'management'] as const;
export type Room = (typeof ROOMS)[number];

/**
 * A fact that already happened. `key` names the field by which Kafka partitions, so it must be a field of the schema.
 * Schemas hold no transforms: what is written is what is read. Inside a version only optional fields may be added.
 */
export interface EventType<Name extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly version: number;
  /** Kafka topic `latchkey.<stream>.v<version>`. */
  readonly stream: StreamName;
  readonly key: string;
  readonly schema: Schema;
  readonly producer: Room | readonly Room[];
  readonly consumers: readonly Room[];
}

export type Payload<E extends EventType> = z.output<E['schema']>;

export function defineEvent<Name extends string, Schema extends z.ZodObject>(
  definition: Omit<EventType<Name, Schema>, 'key'> & { readonly key: keyof z.output<Schema> & string },
): EventType<Name, Schema> {
  return definition;
}

export function topicOf(event: EventType): string {
  return `latchkey.${event.stream}.v${event.version}`;
}

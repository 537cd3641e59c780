/** How the topic of a stream is made. Partitions can be added later: no order is promised. */
export interface Stream {
  readonly partitions: number;
  /** `days`: dropped after 7 days. `latest`: only the newest message of each key is kept. */
  readonly keeps: 'days' | 'latest';
  readonly because: string;
}

/** Days that Kafka keeps a message. An inbox remembers 30, so nothing that comes again is taken for new. */
export const STREAM_DAYS = 7;

export const STREAMS = {
  session: { partitions: 12, keeps: 'days', because: 'every sign-in and sign-out; as many replicas of a room share the work of a wave of logouts' },
  delivery: { partitions: 6, keeps: 'days', because: 'one for each application that a logout tells' },
  grant: { partitions: 6, keeps: 'days', because: 'one for each grant that is revoked' },
  consent: { partitions: 3, keeps: 'days', because: 'decisions of people, a few in the life of an account' },
  person: { partitions: 3, keeps: 'days', because: 'administration of people' },
  registry: { partitions: 1, keeps: 'latest', because: 'a hint with one key a tenant: only the newest revision says anything' },
} as const satisfies Readonly<Record<string, Stream>>;

export type StreamName = keyof typeof STREAMS;

export interface KafkaAddress {
  readonly brokers: string[];
  /** Goes before every topic and group, so that several installations (or tests) share a cluster. */
  readonly prefix: string;
}

/** `host:port,host:port?prefix=app.` */
export function kafkaAddress(given: string | readonly string[]): KafkaAddress {
  const [list = '', query = ''] = (typeof given === 'string' ? given : given.join(',')).split('?', 2);
  const brokers = list
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (brokers.length === 0) throw new Error('KAFKA_BROKERS names no broker. Write host:port, several separated by commas.');
  return { brokers, prefix: new URLSearchParams(query).get('prefix') ?? '' };
}

/** A broker of one spec alone, which it may kill. */
export interface TestBroker {
  readonly brokers: string;
  readonly secureBrokers?: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface TestBrokerOptions {
  readonly dataDir: string;
  readonly secure?: { readonly certificate: string; readonly key: string; readonly username: string; readonly password: string };
}

export async function startTestBroker(options: TestBrokerOptions): Promise<TestBroker> {
  const provisioner = (await import(new URL('../../../../tools/services/kafka.mjs', import.meta.url).href)) as {
    startKafka(options: TestBrokerOptions): Promise<TestBroker>;
  };
  return provisioner.startKafka(options);
}

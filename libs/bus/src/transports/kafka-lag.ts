import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import type { TopicLag } from '../stats.ts';
import { bounded } from './bounded.ts';

const DEADLINE_MS = 2_000;

/** How many messages lie between where a group has settled and the end of its topics. Keeps one connection for it. */
export class KafkaLag {
  private admin: Promise<Admin> | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly prefix: string,
  ) {}

  /** Empty when the brokers do not answer in time: a scrape does not wait for them. */
  async of(group: string, topics: readonly string[]): Promise<readonly TopicLag[]> {
    if (topics.length === 0) return [];
    const mine = (this.admin ??= this.connected());
    const asked = mine.then((admin) => this.measure(admin, group, topics));
    try {
      return await Promise.race([asked, pause(DEADLINE_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('late')))]);
    } catch {
      asked.catch(() => undefined);
      if (this.admin === mine) this.admin = undefined;
      void mine.then((broken) => bounded(broken.disconnect()), () => undefined);
      return [];
    }
  }

  async close(): Promise<void> {
    await bounded(this.admin?.then((admin) => admin.disconnect()));
  }

  private async connected(): Promise<Admin> {
    const admin = this.kafka.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      void bounded(admin.disconnect());
      throw error;
    }
  }

  private async measure(admin: Admin, group: string, topics: readonly string[]): Promise<TopicLag[]> {
    const named = topics.map((topic) => `${this.prefix}${topic}`);
    const settled = await admin.fetchOffsets({ groupId: group, topics: named });
    return Promise.all(
      topics.map(async (topic) => {
        const name = `${this.prefix}${topic}`;
        const at = new Map(settled.find((one) => one.topic === name)?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        const ends = await admin.fetchTopicOffsets(name);
        // -1: nothing settled yet, so the group begins where the topic does.
        const behind = ends.map(({ partition, high, low }) => Number(high) - Math.max(at.get(partition) ?? -1, Number(low)));
        return { topic, lag: behind.reduce((sum, one) => sum + Math.max(0, one), 0) };
      }),
    );
  }
}

/** The real servers alone: specs of the lowest libraries import this file, and so not the platform that stands on them. */
export { emptyDatabase, testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { testRedis, type TestRedis } from './test-redis.ts';
export { ownRedis, ownRedisCluster, type OwnRedis, type OwnRedisNode } from './own-redis.ts';
export { testKafka, type TestKafka } from './test-kafka.ts';
export { stopServices } from './test-services.ts';

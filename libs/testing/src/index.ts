export { emptyDatabase, testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { testRedis, type TestRedis } from './test-redis.ts';
export { testKafka, type TestKafka } from './test-kafka.ts';
export { stopServices } from './test-services.ts';
export { freePort } from './free-port.ts';
export { launchPlatform, type Launched, type LaunchOptions } from './launch-platform.ts';
export { Browser, type Page, type Visit } from './browser.ts';
export { FakeClock } from './fake-clock.ts';
export { Counts, countingHotStore } from './counting.ts';

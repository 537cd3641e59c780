// The built product in a process of its own, for tests that kill it.
import { startAllInOne } from '@latchkey/all-in-one';

const { TEST_DATABASE_URL, TEST_DATA_DIR, TEST_PORT, TEST_APPLY } = process.env;
await startAllInOne({ databaseUrl: TEST_DATABASE_URL, dataDir: TEST_DATA_DIR, port: Number(TEST_PORT), applyFile: TEST_APPLY });
process.send('ready');
process.on('disconnect', () => process.exit(0));

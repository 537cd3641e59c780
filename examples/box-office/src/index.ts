import { startBoxOffice } from './app.ts';
import { settingsFrom } from './settings.ts';

const running = await startBoxOffice(settingsFrom(process.env));
console.log(`Box Office is open at ${running.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void running.close().then(() => process.exit(0));
  });
}

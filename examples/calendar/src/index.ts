import { startCalendar } from './app.ts';
import { settingsFrom } from './settings.ts';

const running = await startCalendar(settingsFrom(process.env));
console.log(`Calendar is open at ${running.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void running.close().then(() => process.exit(0));
  });
}

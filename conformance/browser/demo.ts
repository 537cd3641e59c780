import { readFileSync } from 'node:fs';
import { startBoxOffice } from '@latchkey-examples/box-office/app';
import { startCalendar } from '@latchkey-examples/calendar/app';
import { emptyDatabase, freePort, launchPlatform, type Launched } from '@latchkey/testing';

export interface Demo {
  readonly platform: Launched;
  readonly boxOffice: string;
  readonly calendar: string;
  close(): Promise<void>;
}

/** What `npm start` shows: the platform with the demo file, and the two real applications, all at free ports. */
export async function startDemo(changed: (file: string) => string = (file) => file): Promise<Demo> {
  const [port, boxOfficePort, calendarPort] = [await freePort(), await freePort(), await freePort()];
  const [boxOffice, calendar] = [`http://127.0.0.1:${boxOfficePort}`, `http://127.0.0.1:${calendarPort}`];
  const latchkeyUrl = `http://localhost:${port}`;
  const file = readFileSync(new URL('../../examples/demo.yaml', import.meta.url), 'utf8');
  const platform = await launchPlatform({
    port,
    environment: { LATCHKEY_OUTBOUND_ALLOW: `127.0.0.1:${boxOfficePort},127.0.0.1:${calendarPort}` },
    declaration: changed(file).replaceAll('http://127.0.0.1:8081', boxOffice).replaceAll('http://127.0.0.1:8082', calendar),
  });
  const database = await emptyDatabase();
  const shop = await startBoxOffice({ host: '127.0.0.1', port: boxOfficePort, publicUrl: boxOffice, latchkeyUrl, databaseUrl: database.url });
  const diary = await startCalendar({
    host: '127.0.0.1',
    port: calendarPort,
    publicUrl: calendar,
    latchkeyUrl,
    boxOfficeUrl: boxOffice,
    clientId: 'calendar',
    clientSecret: /secret: (\S+)/.exec(file)![1]!,
  });
  return {
    platform,
    boxOffice,
    calendar,
    async close() {
      await diary.close();
      await shop.close();
      await platform.close();
      await database.close();
    },
  };
}

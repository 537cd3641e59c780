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

interface DemoOptions {
  /** What is changed in the demo file before it is applied. */
  readonly changed?: (file: string) => string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What `npm start` shows: the platform with the demo file, and the two real applications, all at free ports. */
export async function startDemo({ changed = (file) => file, environment = {} }: DemoOptions = {}): Promise<Demo> {
  const [port, boxOfficePort, calendarPort] = [await freePort(), await freePort(), await freePort()];
  const [boxOffice, calendar] = [`http://127.0.0.1:${boxOfficePort}`, `http://127.0.0.1:${calendarPort}`];
  const latchkeyUrl = `http://localhost:${port}`;
  const file = readFileSync(new URL('../../examples/demo.yaml', import.meta.url), 'utf8');
  const started: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    started.unshift(one);
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of started) await one.close();
  };
  try {
    const platform = keep(
      await launchPlatform({
        port,
        environment: { LATCHKEY_OUTBOUND_ALLOW: `127.0.0.1:${boxOfficePort},127.0.0.1:${calendarPort}`, ...environment },
        declaration: changed(file).replaceAll('http://127.0.0.1:8081', boxOffice).replaceAll('http://127.0.0.1:8082', calendar),
      }),
    );
    const database = keep(await emptyDatabase());
    keep(await startBoxOffice({ host: '127.0.0.1', port: boxOfficePort, publicUrl: boxOffice, latchkeyUrl, databaseUrl: database.url }));
    keep(
      await startCalendar({
        host: '127.0.0.1',
        port: calendarPort,
        publicUrl: calendar,
        latchkeyUrl,
        boxOfficeUrl: boxOffice,
        clientId: 'calendar',
        clientSecret: /secret: (\S+)/.exec(file)![1]!,
      }),
    );
    return { platform, boxOffice, calendar, close };
  } catch (error) {
    await close();
    throw error;
  }
}

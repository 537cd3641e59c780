export interface CalendarOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Where browsers find this application. Default: the address it listens on. */
  publicUrl?: string;
  latchkeyUrl: string;
  clientId: string;
  clientSecret: string;
  boxOfficeUrl: string;
  now?: () => number;
  log?: (line: string) => void;
}

export function settingsFrom(env: NodeJS.ProcessEnv): CalendarOptions {
  const port = Number(env['PORT'] || 8082);
  return {
    host: env['HOST'] || '127.0.0.1',
    port,
    publicUrl: env['PUBLIC_URL'] || `http://127.0.0.1:${port}`,
    latchkeyUrl: env['LATCHKEY_URL'] || 'http://localhost:8080',
    clientId: env['CLIENT_ID'] || 'calendar',
    // Known to everybody: it serves the demo on one's own machine and nothing else.
    clientSecret: env['CLIENT_SECRET'] || 'demo-calendar-secret-0123456789abcdef',
    boxOfficeUrl: env['BOX_OFFICE_URL'] || 'http://127.0.0.1:8081',
  };
}

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

export interface BoxOfficeOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Where browsers find this application. Default: the address it listens on. */
  publicUrl?: string;
  latchkeyUrl: string;
  databaseUrl: string;
  /** How long seats are kept for somebody who has not bought them yet. */
  holdMs?: number;
  now?: () => number;
  log?: (line: string) => void;
}

export function settingsFrom(env: NodeJS.ProcessEnv): BoxOfficeOptions {
  const port = Number(env['PORT'] || 8081);
  const host = env['HOST'] || '127.0.0.1';
  return {
    host,
    port,
    publicUrl: env['PUBLIC_URL'] || `http://127.0.0.1:${port}`,
    latchkeyUrl: env['LATCHKEY_URL'] || 'http://localhost:8080',
    databaseUrl: env['DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/box_office',
  };
}

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

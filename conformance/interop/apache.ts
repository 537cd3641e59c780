import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULES = '/usr/lib/apache2/modules';

export interface Apache {
  readonly url: string;
  /** The error log so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface Site {
  readonly port: number;
  /** Names of modules as files: `auth_cas`. */
  readonly modules: readonly string[];
  /** Configuration below the server, with FOLDER for a folder that the server may write to. */
  readonly config: string;
}

/** A real Apache in the foreground on 127.0.0.1, in a folder of its own; nothing of the machine's own Apache is read. */
export async function startApache(site: Site): Promise<Apache> {
  const missing = site.modules.filter((name) => !existsSync(join(MODULES, `mod_${name}.so`)));
  if (missing.length > 0 || !existsSync('/usr/sbin/apache2')) {
    throw new Error(`Apache or its modules are missing (${missing.join(', ') || 'apache2'}): apt-get install apache2 libapache2-mod-auth-openidc libapache2-mod-auth-cas`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-apache-'));
  for (const name of ['www', 'cookies']) mkdirSync(join(folder, name));
  for (const name of ['', 'www', 'cookies']) chmodSync(join(folder, name), 0o777);
  writeFileSync(join(folder, 'www/index.html'), 'public');
  const builtin = spawnSync('/usr/sbin/apache2', ['-l'], { encoding: 'utf8' }).stdout;
  const base = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'alias', 'headers'].filter((name) => !builtin.includes(`mod_${name}.c`));
  const load = [...base, ...site.modules].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`);
  const config = join(folder, 'apache.conf');
  writeFileSync(
    config,
    [
      ...load,
      `ServerRoot "${folder}"`,
      `ServerName 127.0.0.1:${site.port}`,
      `Listen 127.0.0.1:${site.port}`,
      `PidFile "${folder}/pid"`,
      `DefaultRuntimeDir "${folder}"`,
      'Mutex file:FOLDER default',
      `ErrorLog "${folder}/error.log"`,
      'LogLevel warn',
      `DocumentRoot "${folder}/www"`,
      'DirectoryIndex index.html',
      'User www-data',
      'Group www-data',
      site.config,
    ]
      .join('\n')
      .replaceAll('FOLDER', folder),
  );
  const child = spawn('/usr/sbin/apache2', ['-f', config, '-DFOREGROUND'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const log = (): string => said + (existsSync(join(folder, 'error.log')) ? readFileSync(join(folder, 'error.log'), 'utf8') : '');
  await answering(site.port, () => child.exitCode !== null, log);
  return {
    url: `http://127.0.0.1:${site.port}`,
    log,
    stop: async () => {
      if (child.exitCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(port: number, ended: () => boolean, log: () => string): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    if (ended() || Date.now() > until) throw new Error(`Apache did not start:\n${log()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => setTimeout(() => resolve(false), 50));
    });
    if (open) return;
  }
}

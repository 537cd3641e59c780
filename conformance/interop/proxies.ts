import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@latchkey/testing';
import { startApache } from './apache.ts';

/** A running proxy in front of an application, set up by the files that docs/forward-auth.md shows. */
export interface Proxy {
  /** What it protects: `http://nginx.localhost:1234`. */
  readonly url: string;
  log(): string;
  stop(): Promise<void>;
}

export interface Behind {
  /** Port on which it listens, at 127.0.0.1. */
  readonly port: number;
  /** Port of the platform, whose name is `localhost:<port>`. */
  readonly platform: number;
  readonly application: number;
}

export type ProxyName = 'nginx' | 'caddy' | 'haproxy' | 'apache';
export const PROXIES: readonly ProxyName[] = ['nginx', 'caddy', 'haproxy', 'apache'];

export const hostOf = (name: ProxyName, port: number): string => `${name}.localhost:${port}`;

/** The entry of docs/forward-auth/service.yaml, for one of these hosts. */
export function entryOf(name: ProxyName, port: number): string {
  return adapted(snippet('service.yaml'), [
    ['services:\n', ''],
    ['id: grafana', `id: ${name}`],
    ['name: Grafana', `name: Behind ${name}`],
    ['https://app.example.org/', `http://${hostOf(name, port)}/`],
  ]);
}

const snippet = (file: string): string => readFileSync(new URL(`../../docs/forward-auth/${file}`, import.meta.url), 'utf8');

/** Every replacement has to find something: a file that changed is not tested by what it said before. */
function adapted(text: string, changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((sofar, [from, to]) => {
    if (typeof from === 'string' ? !sofar.includes(from) : !from.test(sofar)) throw new Error(`the snippet does not hold ${String(from)}`);
    return sofar.replaceAll(typeof from === 'string' ? from : new RegExp(from.source, `${from.flags}g`), to);
  }, text);
}

/** The real program, with the addresses of this test in place of the example's, and without TLS. */
export async function startProxy(name: ProxyName, behind: Behind): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${name}-`));
  chmodSync(folder, 0o755);
  const url = `http://${hostOf(name, behind.port)}`;
  const started = await START[name](folder, behind);
  const { log, stop } = started;
  await answering(behind.port, log);
  return {
    url,
    log,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Started {
  log(): string;
  stop(): Promise<void>;
}

const START: Record<ProxyName, (folder: string, behind: Behind) => Promise<Started>> = {
  async nginx(folder, { port, platform, application }) {
    const inner = adapted(snippet('nginx.conf'), [
      ['https://login.example.org', `http://127.0.0.1:${platform}`],
      ['Host login.example.org', `Host localhost:${platform}`],
      ['https://app.example.org', `http://${hostOf('nginx', port)}`],
      ['Host app.example.org', `Host ${hostOf('nginx', port)}`],
      ['127.0.0.1:3000', `127.0.0.1:${application}`],
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
    const config = join(folder, 'nginx.conf');
    writeFileSync(
      config,
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log warn; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 64; }
http { access_log off; ${temporary} server { listen 127.0.0.1:${port};
${inner}
} }\n`,
    );
    return run(await program('LATCHKEY_TEST_NGINX', 'findNginx'), ['-p', folder, '-c', config, '-e', join(folder, 'error.log')], {}, join(folder, 'error.log'));
  },

  async caddy(folder, { port, platform, application }) {
    const site = adapted(snippet('Caddyfile'), [
      ['app.example.org {', `http://${hostOf('caddy', port)} {`],
      ['https://login.example.org', `http://127.0.0.1:${platform}`],
      ['header_up Host login.example.org', `header_up Host localhost:${platform}`],
      ['127.0.0.1:3000', `127.0.0.1:${application}`],
    ]);
    const config = join(folder, 'Caddyfile');
    writeFileSync(config, `{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n${site}`);
    return run(await program('LATCHKEY_TEST_CADDY', 'findCaddy'), ['run', '--config', config, '--adapter', 'caddyfile'], { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder });
  },

  async haproxy(folder, { port, platform, application }) {
    const lua = join(folder, 'latchkey.lua');
    writeFileSync(
      lua,
      adapted(snippet('haproxy.lua'), [
        ['https://login.example.org', `http://127.0.0.1:${platform}`],
        ["HOST = 'login.example.org'", `HOST = 'localhost:${platform}'`],
      ]),
    );
    const config = join(folder, 'haproxy.cfg');
    writeFileSync(
      config,
      adapted(snippet('haproxy.cfg'), [
        ['/etc/haproxy/latchkey.lua', lua],
        [/bind :443 ssl crt \S+/, `bind 127.0.0.1:${port}`],
        ['-i app.example.org', '-i haproxy.localhost'],
        ['127.0.0.1:3000', `127.0.0.1:${application}`],
      ]),
    );
    return run(await program('LATCHKEY_TEST_HAPROXY', 'findHaproxy'), ['-db', '-f', config], {});
  },

  async apache(folder, { port, platform, application }) {
    const inner = await freePort();
    const lua = join(folder, 'latchkey.lua');
    writeFileSync(
      lua,
      adapted(snippet('apache.lua'), [
        ['127.0.0.1:8099', `127.0.0.1:${inner}`],
        ["HOST = 'login.example.org'", `HOST = 'localhost:${platform}'`],
        ['https://app.example.org', `http://${hostOf('apache', port)}`],
      ]),
    );
    await program('LATCHKEY_TEST_LUA', 'findLuaSocket');
    return startApache({
      port,
      modules: ['lua', 'proxy', 'proxy_http'],
      config: adapted(snippet('apache.conf'), [
        ['127.0.0.1:8099', `127.0.0.1:${inner}`],
        [/^ *SSL.*$/m, ''],
        ['https://login.example.org/', `http://localhost:${platform}/`],
        ['*:443', `127.0.0.1:${port}`],
        ['/etc/apache2/latchkey.lua', lua],
        ['127.0.0.1:3000', `127.0.0.1:${application}`],
      ]),
    });
  },
};

interface Finders {
  findNginx(log: () => void): string;
  findCaddy(log: () => void): string;
  findHaproxy(log: () => void): string;
  findLuaSocket(log: () => void): string;
}

/** `npm test` has found them before; a spec that is run by itself looks for them. */
async function program(setting: string, find: keyof Finders): Promise<string> {
  const given = process.env[setting];
  if (given !== undefined) return given;
  const file = find === 'findNginx' ? 'nginx' : 'proxies';
  const finders = (await import(new URL(`../../tools/services/${file}.mjs`, import.meta.url).href)) as Finders;
  return finders[find](() => {});
}

function run(path: string, args: readonly string[], environment: Readonly<Record<string, string>>, file?: string): Started {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.on('error', (error) => (said += error.message));
  return {
    log: () => said + (file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '') + (child.exitCode === null ? '' : `\nended with ${child.exitCode}`),
    async stop() {
      if (child.exitCode !== null || child.pid === undefined) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function answering(port: number, log: () => string): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    if (log().includes('ended with') || Date.now() > until) throw new Error(`the proxy did not start:\n${log()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => setTimeout(() => resolve(false), 50));
    });
    if (open) return;
  }
}

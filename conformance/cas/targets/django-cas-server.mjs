import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../tools/k8s/cache.mjs';
import { run } from '../../../tools/prepare/run.mjs';
import { Advice, connects, endProcess, freePort, lastLines, onPath, until } from '../../../tools/services/processes.mjs';

const VERSION = '3.1.0';
const PACKAGES = [`django-cas-server==${VERSION}`, 'Django==4.2.16'];
const site = fileURLToPath(new URL('./django-cas-server/', import.meta.url));

/** django-cas-server on SQLite, in a folder of this run. */
export async function start({ services, people, authority, folder, front, log }) {
  const modules = await installed(log);
  const port = await freePort();
  writeFileSync(path.join(folder, 'site.json'), JSON.stringify({ services, people, authority, folder, origin: front.origin }));
  const env = {
    PATH: process.env.PATH,
    PYTHONPATH: `${modules}${path.delimiter}${site}`,
    PYTHONDONTWRITEBYTECODE: '1',
    DJANGO_SETTINGS_MODULE: 'cas_site.settings',
    SITE_FILE: path.join(folder, 'site.json'),
    // There is no setting for the authority that its calls of single logout trust.
    REQUESTS_CA_BUNDLE: authority,
  };
  log('making its database');
  for (const command of [['-m', 'django', 'migrate', '--verbosity', '0'], ['-m', 'cas_site.register']]) {
    const { code, said } = await run('python3', command, { env });
    if (code !== 0) throw new Advice(`django-cas-server cannot be set up:\n${lastLines(said, 12)}`);
  }
  let said = '';
  const child = spawn('python3', ['-m', 'django', 'runserver', '--noreload', '--insecure', `127.0.0.1:${port}`], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said = (said + text).slice(-20_000)));
  const stop = () => endProcess(child.pid);
  if (!(await until(async () => child.exitCode !== null || (await connects(port)), { ms: 60_000 })) || child.exitCode !== null) {
    await stop();
    throw new Advice(`django-cas-server did not start:\n${lastLines(said, 12)}`);
  }
  front.handOnTo(port);
  return { url: `${front.origin}/cas`, version: VERSION, stop };
}

/** Its packages, fetched once a machine. */
async function installed(log) {
  if (!onPath('python3')) throw new Advice('django-cas-server needs Python 3 (Debian: apt-get install python3 python3-pip).');
  const folder = cacheFolder(`django-cas-server-${VERSION}`);
  if (existsSync(folder)) return folder;
  log(`fetching ${PACKAGES.join(' and ')} with pip (once)`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  const { code, said } = await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', unfinished, ...PACKAGES]);
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Advice(`pip could not fetch ${PACKAGES.join(' and ')}:\n${lastLines(said, 6)}`);
  }
  renameSync(unfinished, folder);
  return folder;
}

// `npm run measure:start`: what a newcomer waits for. A fresh clone with a HOME of its own, the packages, a sign-in at both demo
// applications, and a second start. Needs the ports of the demo to be free.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './prepare/run.mjs';
import { endProcess } from './services/processes.mjs';

const LATCHKEY = 'http://localhost:8080';
const BOX_OFFICE = 'http://127.0.0.1:8081';
const CALENDAR = 'http://127.0.0.1:8082';
const PATIENCE_MS = 120_000;

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-measure-'));
// As root the database runs as another account, which has to walk to its data.
chmodSync(folder, 0o711);
const clone = path.join(folder, 'clone');
const environment = { ...process.env, HOME: folder, npm_config_cache: path.join(folder, 'npm') };
const rows = [];
let running;
try {
  run('git', ['clone', '--quiet', root, clone], folder);
  rows.push(['npm ci, empty cache', seconds(timed(() => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], clone)))]);

  const first = await start();
  rows.push(['fresh clone, packages there: `npm start` to a page', seconds(first.ms)]);
  const began = performance.now();
  await signInEverywhere();
  rows.push(['… to a working sign-in at both applications', seconds(first.ms + performance.now() - began)]);
  rows.push(['Latchkey, all five rooms, after it', `${Math.round(residentMb(running.pid))} MB resident (PostgreSQL apart)`]);
  await endProcess(running.pid, { first: 'SIGINT', ms: 20_000 });

  const second = await start();
  rows.push(['second start to a page', seconds(second.ms)]);
  await endProcess(running.pid, { first: 'SIGINT', ms: 20_000 });
} finally {
  if (running?.exitCode === null) running.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}, one run\n`);
console.log(['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'));

function run(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
}

/** The program itself, as `npm start` runs it: npm around it would be measured as well. */
async function start() {
  const began = performance.now();
  running = spawn(process.execPath, ['tools/start.mjs'], { cwd: clone, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (part) => (said += part));
  while (!(await answers(`${CALENDAR}/healthz`)) || !(await answers(`${LATCHKEY}/cas/login`))) {
    if (running.exitCode !== null || performance.now() - began > PATIENCE_MS) throw new Error(`It did not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ms: performance.now() - began };
}

async function answers(url) {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function signInEverywhere() {
  const { Browser } = await import(pathToFileURL(path.join(clone, 'libs/testing/dist/browser.js')).href);
  const browser = new Browser();
  const form = await browser.visit(`${BOX_OFFICE}/sign-in`);
  const inside = await browser.submit(form, { login: 'ada', password: 'correct horse battery staple' });
  if (!inside.url.startsWith(BOX_OFFICE)) throw new Error(`not signed in at Box Office: ${inside.url}`);
  const consent = await browser.visit(`${CALENDAR}/sign-in`);
  const shown = await browser.submit(consent, { decision: 'allow' });
  if (!shown.url.startsWith(CALENDAR) || !shown.body.includes('Ada')) throw new Error(`not signed in at Calendar: ${shown.url}`);
}

function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

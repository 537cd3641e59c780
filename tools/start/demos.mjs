import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { Advice, connects, endProcess, lastLines, until } from '../services/processes.mjs';

/** The addresses stand in examples/demo.yaml, by which Latchkey knows these applications. */
export const demos = [
  { name: 'Box Office', folder: 'box-office', port: 8081, says: 'a CAS application: tickets for a show' },
  { name: 'Calendar', folder: 'calendar', port: 8082, says: 'an OpenID Connect application: asks to read your tickets' },
];

export const addressOf = ({ port }) => `http://127.0.0.1:${port}`;

/** Each demo application is a program of its own, as a stranger's would be; it knows nothing but Latchkey's address. */
export async function startDemo(demo, env) {
  const entry = path.join(root, 'examples', demo.folder, 'dist', 'index.js');
  if (!existsSync(entry)) throw new Advice(`The demo application ${demo.name} was not built (${entry}).`);
  let said = '';
  const child = fork(entry, [], {
    execArgv: ['--import', new URL('./with-parent.mjs', import.meta.url).href],
    cwd: path.join(root, 'examples', demo.folder),
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(demo.port), PUBLIC_URL: addressOf(demo) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said = `${said}${part}`.slice(-20_000)));
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const up = await until(async () => gone() || (await connects(demo.port)), { ms: 20_000 });
  if (!up || gone()) {
    if (!gone()) await endProcess(child.pid, { ms: 1_000 });
    throw new Advice(`The demo application ${demo.name} did not start:\n${lastLines(said, 10)}`);
  }
  let stopping = false;
  child.once('exit', () => stopping || console.error(`\n  ${demo.name} ended unexpectedly:\n${lastLines(said, 10)}`));
  return {
    stop: async () => {
      stopping = true;
      if (!gone()) await endProcess(child.pid, { ms: 5_000 });
    },
  };
}

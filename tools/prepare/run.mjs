import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endProcess, guard } from '../services/processes.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

const grouped = process.platform !== 'win32';
const running = new Set();

/**
 * Runs a program in the clone and collects what it says. It and all that it starts are a group of processes, which ends
 * when we do, whatever ended us.
 * @returns {Promise<{ code: number, said: string }>}
 */
export function run(program, args, { show = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      detached: grouped,
    });
    running.add(child);
    const release = grouped && child.pid ? guard(child, 'TERM', -child.pid) : () => {};
    let said = '';
    for (const stream of show ? [] : [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      release();
      resolve({ code: code ?? 1, said: said || (signal ? `ended by ${signal}` : '') });
    });
  });
}

/** Ends what `run` has running, with all that it started. */
export async function endRunning() {
  await Promise.all([...running].map(({ pid }) => endProcess(grouped ? -pid : pid, { ms: 5_000 })));
}

/** One of the programs in node_modules, run by this very Node. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** npm, as which this was started; a shell's `npm` may be of another Node. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js') || npm?.endsWith('.cjs')) return runNode([npm, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

import { spawn } from 'node:child_process';
import { connect } from 'node:net';

export interface Program {
  /** What it said so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  /** Port of 127.0.0.1 at which it answers once it is there. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** A Java machine on a busy computer takes its time. */
  readonly patienceMs?: number;
}

interface Processes {
  guard(child: object, signal: string, target: number): () => void;
  endProcess(pid: number, options: { ms: number }): Promise<void>;
}

/** A foreign program and all that it starts, which end with this process at the latest. */
export async function startProgram({ program, args, port, environment, folder, patienceMs = 30_000 }: Run): Promise<Program> {
  const { guard, endProcess } = (await import(new URL('../../tools/services/processes.mjs', import.meta.url).href)) as Processes;
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: folder, ...environment } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-200_000)));
  let ended = false;
  child.once('exit', (code, signal) => {
    ended = true;
    said += `\nended with ${code ?? signal}`;
  });
  child.once('error', (error) => {
    ended = true;
    said += error.message;
  });
  const { pid } = child;
  const release = pid === undefined ? () => {} : guard(child, 'KILL', -pid);
  const stop = async (): Promise<void> => {
    if (pid !== undefined) await endProcess(-pid, { ms: 5_000 });
    release();
  };
  const until = Date.now() + patienceMs;
  while (!(await answers(port))) {
    if (ended || Date.now() > until) {
      await stop();
      throw new Error(`${program} did not start:\n${said}`);
    }
  }
  return { log: () => said, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => setTimeout(() => resolve(false), 50));
  });
}

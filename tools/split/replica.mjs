import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Advice, endProcess, guard, lastLines, until } from '../services/processes.mjs';
import { imageEnvironment } from './image-environment.mjs';

const START_MS = 60_000;

/** One process of one room: started, ended, killed and paused as a cluster might. */
export class Replica {
  #child;
  #release = () => {};
  #began = 0;

  /** `ours`: of this release, which tells its health on the internal port. @param {{ room: string, index: number, ours: boolean, port: number, internalPort: number, log: string, entry: string, env: Record<string, string> }} parts */
  constructor(parts) {
    Object.assign(this, parts);
  }

  get pid() {
    return this.#child?.pid;
  }

  get gone() {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get exitCode() {
    return this.#child?.exitCode;
  }

  /** Resolves when it is ready. */
  async start() {
    await this.spawn();
    const up = await until(async () => this.gone || (await this.isReady()), { ms: START_MS, everyMs: 100 });
    if (up && !this.gone) return;
    await this.kill();
    throw new Advice(`${this.room} (${this.index}) did not start. The end of ${this.log}:\n${lastLines(this.logged(), 12)}`);
  }

  /** Without waiting for it. */
  async spawn() {
    const log = openSync(this.log, 'a');
    this.#began = readFileSync(this.log).length;
    const { PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS } = process.env;
    this.#child = spawn(process.execPath, [this.entry], { stdio: ['ignore', log, log], detached: true, env: without({ PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS, ...imageEnvironment, ...this.env }) });
    closeSync(log);
    const child = this.#child;
    child.once('error', () => {});
    this.#release = guard(child, 'KILL');
  }

  isReady() {
    return this.#health('ready');
  }

  isLive() {
    return this.#health('live');
  }

  async #health(of) {
    try {
      return (await fetch(`http://127.0.0.1:${this.ours ? this.internalPort : this.port}/health/${of}`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  /** As kubelet ends a pod. */
  async stop() {
    if (!this.gone) await endProcess(this.#child.pid, { ms: 30_000 });
    await until(() => this.gone, { ms: 5_000 });
    this.#release();
  }

  async kill() {
    if (!this.gone) {
      this.#child.kill('SIGCONT');
      this.#child.kill('SIGKILL');
    }
    await until(() => this.gone, { ms: 5_000, everyMs: 5 });
    this.#release();
  }

  pause() {
    if (!this.gone) this.#child.kill('SIGSTOP');
  }

  resume() {
    if (!this.gone) this.#child.kill('SIGCONT');
  }

  /** What it logged since its last start. */
  logged() {
    return readFileSync(this.log).subarray(this.#began).toString('utf8');
  }

  /** The value of one of its metrics, without regard to labels. */
  async measured(name) {
    const text = await (await fetch(`http://127.0.0.1:${this.internalPort}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }

  async says(text, ms = 30_000) {
    if (await until(() => this.logged().includes(text) || this.gone, { ms })) {
      if (this.logged().includes(text)) return;
    }
    throw new Advice(`${this.room} (${this.index}) never said “${text}”:\n${lastLines(this.logged(), 12)}`);
  }

  /** Resident, in MB (10⁶ bytes). */
  residentMb() {
    return (Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]) * 1024) / 1e6;
  }
}

function without(env) {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Advice, lastLines, until } from '../../services/processes.mjs';

/** A server in these namespaces, which ends with them. Its words go to a file. */
export class Daemon {
  constructor(name, folder, program, args, env = {}) {
    this.name = name;
    this.file = path.join(folder, `${name}.log`);
    const log = openSync(this.file, 'a');
    this.child = spawn(program, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    this.child.once('error', () => {});
  }

  gone() {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ready(condition, ms = 60_000) {
    if ((await until(async () => this.gone() || (await condition()), { ms, everyMs: 100 })) && !this.gone()) return;
    throw new Advice(`${this.name} ${this.gone() ? 'ended' : 'is not ready'}. The end of its log:\n${lastLines(readFileSync(this.file, 'utf8'), 15)}`);
  }
}

import { linkSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../../services/processes.mjs';

const EVERY_MS = 300;
const SHOWN = 40;

/** The kubelet removes a pod's log with the pod, and what a pod said at its end is what one wants to read. */
export class KeptLogs {
  constructor(from, to) {
    Object.assign(this, { from, to });
  }

  /** What fails is told with the warnings of the rooms. */
  async during(work) {
    const timer = setInterval(() => this.#link(), EVERY_MS);
    try {
      return await work();
    } catch (error) {
      this.#link();
      const warnings = this.#warnings();
      throw error instanceof Advice ? new Advice(`${error.message}\n\nThe rooms' last warnings:\n${warnings.slice(-SHOWN).join('\n')}`) : error;
    } finally {
      clearInterval(timer);
    }
  }

  #link() {
    for (const file of logsIn(this.from)) {
      try {
        linkSync(path.join(this.from, file), path.join(this.to, file.replaceAll('/', '_')));
      } catch {
        // Linked already, or gone meanwhile.
      }
    }
  }

  #warnings() {
    return readdirSync(this.to)
      .flatMap((name) => readFileSync(path.join(this.to, name), 'utf8').split('\n').map((line) => ({ pod: name.split('_')[1], said: parsed(line) })))
      .filter(({ said }) => said?.level >= 40 && !/^Response |setupUrl/.test(said.msg))
      .sort((one, other) => one.said.time.localeCompare(other.said.time))
      .map(({ pod, said }) => `${said.time} ${pod} ${said.msg} ${causes(said.err).join(' < ')}`);
  }
}

function logsIn(folder) {
  try {
    return readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.log'));
  } catch {
    // A pod was removed while we looked; the next look sees the others.
    return [];
  }
}

function causes(error) {
  if (error === undefined || error === null) return [];
  return typeof error === 'object' ? [`${error.type ?? ''} ${error.message ?? ''} ${error.code ?? ''}`.trim(), ...causes(error.cause)] : [String(error)];
}

/** As the container runtime writes it: time, stream, whole or part, and what was said. */
function parsed(line) {
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}

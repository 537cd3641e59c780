import { bold, dim } from '../prepare/say.mjs';
import { commandOf, exists, parentOf } from '../services/processes.mjs';

const sameKeyMs = 500;

/** What was started, to be stopped in the opposite order, once. */
export class Lifetime {
  #started = [];
  #ending;

  add(name, stop) {
    this.#started.push({ name, stop });
  }

  get ending() {
    return this.#ending !== undefined;
  }

  /** Ctrl-C stops in order; a second one at once. A start that npm no longer stands behind stops as well. */
  watch() {
    let first;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(name, () => {
        if (this.ending) {
          // One Ctrl-C comes twice where npm passes it on as well (its shell being one that the program replaced).
          if (performance.now() - first > sameKeyMs) process.exit(130);
          return;
        }
        first = performance.now();
        console.log(`\n  ${bold('Stopping')} ${dim('(Ctrl-C again to stop at once)')}`);
        void this.end(0);
      });
    }
    // `kill -9` of npm leaves us behind, unseen and with the ports.
    const npm = process.env.npm_lifecycle_event ? npmAbove() : undefined;
    if (npm === undefined) return;
    setInterval(() => {
      if (!exists(npm) && !this.ending) void this.end(1);
    }, 1_000).unref();
  }

  /** @param {() => void} [last] what is said when everything has stopped */
  async end(code, last) {
    this.#ending ??= this.#stopAll();
    await this.#ending;
    last?.();
    process.exit(code);
  }

  async #stopAll() {
    for (const { name, stop } of this.#started.reverse()) {
      try {
        await stop();
      } catch (error) {
        console.error(`  ${name} did not stop well: ${error.message}`);
      }
    }
  }
}

/** npm runs its scripts by a shell, which some shells replace by the program and others stay in between. */
function npmAbove() {
  const parent = process.ppid;
  return /^\S*sh -c /.test(commandOf(parent)) ? parentOf(parent) : parent;
}

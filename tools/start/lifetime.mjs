import { bold, dim } from '../prepare/say.mjs';

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
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(name, () => {
        if (this.ending) process.exit(130);
        console.log(`\n  ${bold('Stopping')} ${dim('(Ctrl-C again to stop at once)')}`);
        void this.end(0);
      });
    }
    const parent = process.ppid;
    // `kill -9` of npm leaves us behind, unseen and with the ports.
    if (!process.env.npm_lifecycle_event) return;
    setInterval(() => {
      if (process.ppid !== parent && !this.ending) void this.end(1);
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

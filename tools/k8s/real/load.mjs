import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../prepare/run.mjs';
import { Advice, until } from '../../services/processes.mjs';
import { PASSWORD, people } from './people.mjs';

const WORKERS = 4;
const PAUSE_MS = 100;
/** Bounds: whatever comes first ends the load. */
const MAX_ROUNDS = 2_000;
const MAX_MS = 1_200_000;
const TOLD_WITHIN_MS = 30_000;

const { Browser } = await import(pathToFileURL(path.join(root, 'libs', 'testing', 'dist', 'browser.js')).href);

const nothing = () => ({ requests: 0, rounds: 0, failed: 0, failures: [], slowestMs: 0 });

/** People who sign in, get a ticket, have it validated and sign out, and the application that must hear of each sign-out. */
export class Load {
  counts = nothing();
  owed = new Set();
  #next = 0;

  constructor({ url, application }) {
    Object.assign(this, { url, application });
  }

  async once() {
    await this.#round();
    const { failures } = this.counts;
    if (failures.length > 0) throw new Advice(failures.join('\n'));
    if (!(await until(() => this.#unpaid().length === 0, { ms: TOLD_WITHIN_MS }))) throw new Advice('The application was not told about the sign-out.');
  }

  /** Keeps on until `stop`, which says what came of it. */
  run() {
    const end = performance.now() + MAX_MS;
    let going = true;
    this.counts = nothing();
    this.owed.clear();
    const worker = async () => {
      while (going && performance.now() < end && this.counts.rounds < MAX_ROUNDS) {
        await this.#round();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    };
    const workers = Array.from({ length: WORKERS }, worker);
    return {
      stop: async () => {
        going = false;
        await Promise.all(workers);
        await until(() => this.#unpaid().length === 0, { ms: TOLD_WITHIN_MS });
        const { requests, rounds, failed, failures, slowestMs } = this.counts;
        const untold = this.#unpaid().length;
        if (untold > 0) failures.push(`${untold} sign-outs never reached the application`);
        return {
          failed: failed + untold,
          untold,
          failures: failures.slice(0, 10),
          text: `${requests} requests of ${rounds} sign-ins with ticket, validation and sign-out; ${failed} failed, slowest ${Math.round(slowestMs)} ms; ${this.owed.size - untold} of ${this.owed.size} sign-outs told to the application`,
        };
      },
    };
  }

  async #round() {
    const browser = new Browser();
    const { username } = people[this.#next++ % people.length];
    const service = `${this.application.url}/shop`;
    const away = { until: (address) => address.startsWith(service) };
    this.counts.rounds += 1;
    try {
      const form = await this.#ask(() => browser.visit(`${this.url}/cas/login?service=${encodeURIComponent(service)}`, away), 200);
      const sent = await this.#ask(() => browser.submit(form, { login: username, password: PASSWORD }, away), 302, 303);
      const ticket = new URL(String(sent.headers.location)).searchParams.get('ticket');
      const valid = await this.#ask(() => new Browser().visit(`${this.url}/cas/p3/serviceValidate?service=${encodeURIComponent(service)}&ticket=${ticket}`), 200);
      if (!valid.body.includes(`<cas:user>${username}</cas:user>`)) throw new Error(`not valid: ${valid.body.slice(0, 300)}`);
      const gone = await this.#ask(() => browser.visit(`${this.url}/cas/logout`), 200);
      if (!gone.url.includes('/cas/signed-out')) throw new Error(`not signed out: ${gone.url}`);
      this.owed.add(ticket);
    } catch (error) {
      this.counts.failed += 1;
      this.counts.failures.push(`${new Date().toISOString()} ${error.message}`);
    }
  }

  async #ask(work, ...allowed) {
    const began = performance.now();
    this.counts.requests += 1;
    const page = await work();
    this.counts.slowestMs = Math.max(this.counts.slowestMs, performance.now() - began);
    if (!allowed.includes(page.status)) throw new Error(`${page.status} at ${page.url}: ${/<title>([^<]*)/.exec(page.body)?.[1] ?? page.body.slice(0, 200)}`);
    return page;
  }

  #unpaid() {
    return [...this.owed].filter((ticket) => !this.application.told.has(ticket));
  }
}

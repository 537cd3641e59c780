import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOMS } from '../tools/split/launch.mjs';
import { relayHolder } from './relay-holder.mjs';

const MID_BATCH_MS = 1_500;

/** Redis is back within milliseconds: without this it would be killed whenever nothing else is up. */
const REST_MS = 8_000;

/**
 * Kills something with SIGKILL at each turn and starts it again at once, as a cluster would; at every other turn it stops something
 * for a random while. A replica is killed only while another of its room is up, or the people would mostly meet nobody and little
 * would be put to the test; whoever is paused counts as up. `done` is what it did, by kind.
 */
export class Killer {
  done = new Map();
  failedStarts = 0;
  idleTurns = 0;
  /** From a kill until it answers again. */
  backAfter = [];
  #ending = false;
  #under = new Set();
  #down = new Set();
  #turn = 0;
  #running = Promise.resolve();

  constructor({ platform, everyMs, log }) {
    this.platform = platform;
    this.everyMs = everyMs;
    this.log = log;
    const { split, redis, kafka } = platform;
    this.servers = [
      { name: 'Redis, restarted empty', restsUntil: 0, kill: redis.kill, start: redis.start, freeze: redis.freeze, thaw: redis.thaw },
      { name: 'the Kafka broker', kill: kafka.kill, start: kafka.start, freeze: kafka.freeze, thaw: kafka.thaw },
    ];
    this.replicas = split.replicas.map((replica) => ({
      name: replica.room,
      replica,
      kill: () => replica.kill(),
      start: () => replica.start(),
      freeze: () => replica.pause(),
      thaw: () => replica.resume(),
    }));
    const [hotStore, broker] = this.servers;
    const all = (index) => ROOMS.map((room) => () => this.#kill(this.replicas.find(({ replica }) => replica.room === room && replica.index === index)));
    this.order = [...all(0), () => this.#kill(hotStore), () => this.#killRelay(), ...all(1), () => this.#kill(broker), () => this.#kill(hotStore), () => this.#killRelay()];
  }

  start() {
    this.#running = this.#run();
  }

  /** Resolves when everything is up again. */
  async stop() {
    this.#ending = true;
    await this.#running;
    await Promise.all(this.#under);
  }

  async #run() {
    while (!this.#ending) {
      const next = pause(this.everyMs);
      // What is still down cannot be killed; then it is the next one's turn.
      let killed = false;
      for (let tries = 0; tries < this.order.length && !killed; tries += 1) killed = await this.order[this.#turn++ % this.order.length]();
      if (!killed) this.idleTurns += 1;
      if (this.#turn % 2 === 0) this.#later(this.#freezeSomething());
      await next;
    }
  }

  async #kill(target, name = target.name) {
    if (!this.#mayDie(target)) return false;
    this.#down.add(target);
    const began = performance.now();
    if (target.restsUntil !== undefined) target.restsUntil = began + REST_MS;
    await target.kill();
    this.#count(`kill -9: ${name}`);
    this.#later(this.#startAgain(target).then(() => this.backAfter.push(performance.now() - began)));
    return true;
  }

  #mayDie(target) {
    if (this.#down.has(target) || performance.now() < (target.restsUntil ?? 0)) return false;
    const ofRoom = this.replicas.filter(({ name }) => name === target.name);
    return ofRoom.length === 0 || ofRoom.some((other) => other !== target && !this.#down.has(other));
  }

  async #startAgain(target) {
    for (;;) {
      try {
        await target.start();
        this.#down.delete(target);
        return;
      } catch (error) {
        this.failedStarts += 1;
        this.log(`${target.name} did not start, again: ${error.message.split('\n')[0]}`);
        await pause(1_000);
      }
    }
  }

  /** Whoever carries rows of session-store's outbox, in the middle of it. A broker that hangs makes batches last. */
  async #killRelay() {
    const { truth } = this.platform;
    const kafka = this.servers[1];
    const replicas = this.replicas.filter(({ replica }) => replica.room === 'session-store');
    if (!replicas.every((target) => this.#mayDie(target))) return false;
    const stopped = !this.#down.has(kafka);
    if (stopped) kafka.freeze();
    try {
      const end = performance.now() + MID_BATCH_MS;
      while (performance.now() < end) {
        const holder = await relayHolder({ truth, replicas: replicas.map(({ replica }) => replica) }).catch(() => undefined);
        if (holder !== undefined) return await this.#kill(replicas.find(({ replica }) => replica === holder), 'session-store, its relay in mid-batch');
        await pause(2);
      }
      return false;
    } finally {
      if (stopped) kafka.thaw();
    }
  }

  async #freezeSomething() {
    const upright = [...this.replicas, ...this.servers].filter((target) => !this.#down.has(target));
    const target = upright[randomInt(upright.length)];
    if (target === undefined) return;
    target.freeze();
    this.#count(`SIGSTOP for 0.5 to 3 s: ${target.name.replace(', restarted empty', '')}`);
    await pause(500 + randomInt(2_500));
    target.thaw();
  }

  #count(what) {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  #later(work) {
    const mine = work.finally(() => this.#under.delete(mine));
    this.#under.add(mine);
  }
}

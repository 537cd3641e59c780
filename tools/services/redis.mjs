import { rm, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Advice, connects, freePort, until } from './processes.mjs';
import { redisProgram, runRedis } from './redis-program.mjs';

/**
 * A Redis on 127.0.0.1 as Latchkey wants it: nothing written to disk, nothing evicted. Ends with this process.
 *
 * @param {{ port?: number, log?: (line: string) => void }} [options]
 * @returns {Promise<{ url: string, stop(): Promise<void> }>} with REDIS_URL set: that one, which is not ours to stop.
 */
export async function startRedis({ port, log = () => {} } = {}) {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => {} };
  const program = redisProgram(log);
  const listening = port ?? (await freePort());
  log('starting Redis');
  // It writes nothing, so it needs no folder of its own that somebody would have to remove.
  const { stop } = await runRedis(program, { port: listening, folder: os.tmpdir() });
  return { url: `redis://127.0.0.1:${listening}`, stop };
}

/**
 * A Redis that its caller may stop and kill, whatever REDIS_URL says. Ends with this process.
 *
 * @typedef {{ port: number, pid(): number, restart(): Promise<void>, stop(): Promise<void> }} Node `restart` brings it back, empty.
 * @returns {Promise<{ url: string, nodes: Node[], stop(): Promise<void> }>}
 */
export async function startOwnRedis({ log = () => {} } = {}) {
  const node = await startNode(redisProgram(log), await freePort(), os.tmpdir(), []);
  return { url: urlOf(node), nodes: [node], stop: node.stop };
}

const SLOTS = 16_384;
/** Nodes speak to each other on a port 10,000 above, which must exist too. */
const BUS = 10_000;

/**
 * A Redis Cluster of masters alone on 127.0.0.1. Ends with this process.
 *
 * @param {{ masters?: number, log?: (line: string) => void }} [options]
 * @returns {Promise<{ url: string, nodes: Node[], stop(): Promise<void> }>}
 */
export async function startRedisCluster({ masters = 3, log = () => {} } = {}) {
  const program = redisProgram(log);
  // A node writes down who the others are, and finds them by it after a restart.
  const folder = await mkdtemp(path.join(os.tmpdir(), `latchkey-test-rediscluster-${process.pid}-`));
  log('starting a Redis Cluster');
  const nodes = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (let n = 0; n < masters; n += 1) {
      const port = await freeNodePort();
      nodes.push(await startNode(program, port, folder, [...CLUSTER, '--cluster-config-file', `nodes-${port}.conf`]));
    }
    await join(nodes.map(({ port }) => port));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: nodes.map(urlOf).join(','), nodes, stop };
}

/** A part that is lost takes down its own keys only. */
const CLUSTER = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'];

const urlOf = ({ port }) => `redis://127.0.0.1:${port}`;

async function startNode(program, port, folder, more) {
  const run = () => runRedis(program, { port, folder, more });
  let running = await run();
  return {
    port,
    pid: () => running.pid,
    stop: () => running.stop(),
    restart: async () => {
      await running.stop();
      running = await run();
    },
  };
}

async function freeNodePort() {
  for (;;) {
    const port = await freePort();
    if (port + BUS < 65_536 && !(await connects(port + BUS))) return port;
  }
}

/** What `redis-cli --cluster create` does, without redis-cli, which not every package of Redis brings. */
async function join(ports) {
  const { createClient } = await import('redis');
  const clients = await Promise.all(ports.map((port) => createClient({ url: `redis://127.0.0.1:${port}` }).on('error', () => {}).connect()));
  try {
    for (const [n, client] of clients.entries()) {
      const [from, to] = [Math.floor((SLOTS * n) / ports.length), Math.floor((SLOTS * (n + 1)) / ports.length) - 1];
      await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)]);
      await client.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1)]);
    }
    for (const port of ports.slice(1)) await clients[0].sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(port)]);
    const knowsAll = async (client) => {
      const info = String(await client.sendCommand(['CLUSTER', 'INFO']));
      return info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`);
    };
    if (!(await until(async () => (await Promise.all(clients.map(knowsAll))).every(Boolean), { ms: 20_000 }))) {
      throw new Advice('The nodes of the Redis Cluster did not find each other within 20 s.');
    }
  } finally {
    for (const client of clients) client.destroy();
  }
}

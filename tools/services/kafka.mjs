import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { kafkaJars } from './kafka-jars.mjs';
import { Advice, endProcess, freePort, guard, lastLines, portIsFree, until } from './processes.mjs';

const memory = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'];

/**
 * One Kafka broker (KRaft) on 127.0.0.1. Ends with this process.
 *
 * @param {{ dataDir: string, log?: (line: string) => void, address?: string, secure?: { certificate: string, key: string, username: string, password: string } }} options
 *   `dataDir` is emptied first. `secure` opens a second listener with TLS (PEM) and SASL PLAIN, at `secureBrokers`.
 *   `address` is of this machine, for clients in network namespaces of their own.
 * @returns {Promise<{ brokers: string, secureBrokers?: string, stop(): Promise<void>, kill(): Promise<void>, start(): Promise<void>, freeze(): void, thaw(): void }>}
 *   `kill` and `start` are for tests of an absent broker: same port, same data; `freeze` and `thaw` for one that hangs. With
 *   KAFKA_BROKERS set: those brokers, which are not ours to stop; these four then throw.
 */
export async function startKafka({ dataDir, log = () => {}, secure, address = '127.0.0.1' }) {
  if (process.env.KAFKA_BROKERS) return given(process.env.KAFKA_BROKERS);
  const { java, classPath, folder } = await kafkaJars(log);
  const ports = await freePorts();
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const properties = path.join(dataDir, 'server.properties');
  writeFileSync(properties, serverProperties(path.join(dataDir, 'data'), { ...ports, address }, secure));
  const options = ['-cp', classPath, ...memory, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const formatted = spawnSync(java, [...options, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties], { encoding: 'utf8' });
  if (formatted.status !== 0) throw new Advice(`Kafka could not prepare its data:\n${lastLines(formatted.stdout + formatted.stderr, 6)}`);

  const logFile = path.join(dataDir, 'kafka.log');
  const archive = path.join(folder, `classes-${javaVersion(java)}.jsa`);
  let broker;
  const start = async () => {
    const shared = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto'] : [`-XX:ArchiveClassesAtExit=${archive}`];
    broker = launch(java, [...shared, ...options, 'kafka.Kafka', properties], logFile);
    const up = await until(async () => (broker.gone() ? 'gone' : (await hasBroker(ports.client, address)) && 'up'), { ms: 60_000, everyMs: 50 });
    if (up === 'up') return;
    await broker.end('SIGKILL');
    throw new Advice(`Kafka did not start. The end of ${logFile}:\n${lastLines(readFileSync(logFile, 'utf8'), 8)}\nOr set KAFKA_BROKERS to running brokers.`);
  };
  log('starting Kafka');
  await start();
  return {
    brokers: `${address}:${ports.client}`,
    ...(secure === undefined ? {} : { secureBrokers: `localhost:${ports.secure}` }),
    start,
    stop: () => broker.end('SIGTERM'),
    kill: () => broker.end('SIGKILL'),
    freeze: () => broker.signal('SIGSTOP'),
    thaw: () => broker.signal('SIGCONT'),
  };
}

function given(brokers) {
  const notOurs = async () => {
    throw new Advice('The brokers of KAFKA_BROKERS are not ours to kill; unset it to run this test.');
  };
  return { brokers, stop: async () => {}, kill: notOurs, start: notOurs, freeze: notOurs, thaw: notOurs };
}

function launch(java, args, logFile) {
  const log = openSync(logFile, 'a');
  const child = spawn(java, args, { stdio: ['ignore', log, log], detached: true, cwd: path.dirname(logFile) });
  closeSync(log);
  child.unref();
  child.once('error', () => {});
  const release = child.pid === undefined ? () => {} : guard(child, 'KILL');
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signalName) => {
    process.removeListener('exit', atExit);
    if (!gone()) await endProcess(child.pid, { first: signalName, ms: 15_000 });
    await until(gone, { ms: 2_000 });
    release();
  };
  return { gone, end, signal: (name) => void child.kill(name) };
}

function serverProperties(data, { client, controller, secure: port, address }, secure) {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://${address}:${client},CONTROLLER://127.0.0.1:${controller}${secure ? `,SECURE://127.0.0.1:${port}` : ''}`,
    'advertised.listeners': `PLAINTEXT://${address}:${client}${secure ? `,SECURE://localhost:${port}` : ''}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${secure ? ',SECURE:SASL_SSL' : ''}`,
    ...(secure ? secureListener(secure) : {}),
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data.replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The default would take half of the heap.
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'log.index.size.max.bytes': 1_048_576,
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'controller.quorum.election.timeout.ms': 1_000,
    'controller.quorum.fetch.timeout.ms': 2_000,
  };
  return Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** @see https://kafka.apache.org/documentation/#security_sasl_plain */
function secureListener({ certificate, key, username, password }) {
  const oneLine = (pem) => pem.trim().replaceAll('\n', '\\n');
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  return {
    'listener.name.secure.ssl.keystore.type': 'PEM',
    'listener.name.secure.ssl.keystore.certificate.chain': oneLine(certificate),
    'listener.name.secure.ssl.keystore.key': oneLine(key),
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.secure.plain.sasl.jaas.config': `${plain} required user_${username}="${password}";`,
  };
}

async function freePorts() {
  for (;;) {
    const client = await freePort();
    if ((await portIsFree(client + 1)) && (await portIsFree(client + 2))) return { client, controller: client + 1, secure: client + 2 };
  }
}

function javaVersion(java) {
  const { stderr, stdout } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const version = /"([\w.+-]+)"/.exec(stderr + stdout)?.[1] ?? 'unknown';
  if (Number(version.split('.')[0]) < 17) {
    throw new Advice(`Kafka needs Java 17 or newer; ${java} is ${version}. Install a newer one, or set KAFKA_BROKERS to running brokers.`);
  }
  return version;
}

/**
 * A listening port is not yet a broker: asks for metadata (api 3, version 1, no topics) and wants one broker in it.
 * @see https://kafka.apache.org/protocol#The_Messages_Metadata
 */
function hasBroker(port, host) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (value) => {
      socket.destroy();
      resolve(value);
    };
    const request = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0, 0, 0, 0]);
    let answer = Buffer.alloc(0);
    socket.once('connect', () => socket.write(request));
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => done(false));
    socket.on('data', (part) => {
      answer = Buffer.concat([answer, part]);
      if (answer.length >= 12) done(answer.readInt32BE(4) === 7 && answer.readInt32BE(8) > 0);
    });
  });
}

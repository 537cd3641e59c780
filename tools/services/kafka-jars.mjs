import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Advice, aptInstall, lastLines, onPath } from './processes.mjs';

const pom = fileURLToPath(new URL('./kafka/pom.xml', import.meta.url));

/** Java and the broker's jars: fetched once a machine, by Maven, into the user's cache. */
export async function kafkaJars(log) {
  const folder = path.join(
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
    'latchkey',
    `kafka-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)}`,
  );
  const need = [...(onPath('java') ? [] : ['default-jre-headless']), ...(existsSync(folder) || onPath('mvn') ? [] : ['maven'])];
  if (need.length > 0 && !aptInstall(need, log)) {
    throw new Advice(
      'The tests need a Kafka broker, and for it Java 17 or newer' + (existsSync(folder) ? '' : ' and Maven') + '. Either of these helps:\n' +
        `  install them (Debian: apt-get install ${need.join(' ')}),\n` +
        '  set KAFKA_BROKERS to running brokers on which topics may be made and deleted.',
    );
  }
  if (!existsSync(folder)) await fetchJars(folder, log);
  return { java: onPath('java'), classPath: path.join(folder, '*'), folder };
}

async function fetchJars(folder, log) {
  log("fetching Kafka's jars with Maven (28 MB, once)");
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  let said = '';
  const maven = spawn('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [maven.stdout, maven.stderr]) stream.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => maven.once('close', resolve).once('error', () => resolve(-1)));
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Advice(`Maven could not fetch Kafka's jars:\n${lastLines(said, 6)}\nOr set KAFKA_BROKERS to running brokers.`);
  }
  try {
    renameSync(unfinished, folder);
  } catch {
    // Another run was quicker.
    rmSync(unfinished, { recursive: true, force: true });
  }
}

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../tools/k8s/cache.mjs';
import { run } from '../../../tools/prepare/run.mjs';
import { Advice, endProcess, freePort, lastLines, onPath } from '../../../tools/services/processes.mjs';

const VERSION = '6.6.12';
const pom = fileURLToPath(new URL('./apereo-cas/pom.xml', import.meta.url));
const START_MS = 300_000;

/** Apereo CAS out of its unpacked web application: people in a property, services and attributes in JSON files. */
export async function start({ services, people, authority, folder, front, log, options = {} }) {
  const app = await unpacked(log);
  const port = await freePort();
  const trust = path.join(folder, 'trust.p12');
  await must('keytool', ['-importcert', '-noprompt', '-alias', 'suite', '-file', authority, '-keystore', trust, '-storetype', 'PKCS12', '-storepass', 'changeit']);
  mkdirSync(path.join(folder, 'services'));
  services.forEach((service, index) => writeFileSync(path.join(folder, 'services', `service-${index + 1}.json`), JSON.stringify(registered(service, index + 1))));
  writeFileSync(path.join(folder, 'attributes.json'), JSON.stringify(Object.fromEntries(people.map(({ username, attributes }) => [username, attributes]))));
  const config = path.join(folder, 'config');
  mkdirSync(config);
  writeFileSync(path.join(config, 'cas.properties'), properties({ people, folder, trust, port, origin: front.origin }));
  log('starting Apereo CAS (a minute or more)');
  const classPath = ['classes', 'lib/*', 'lib-provided/*'].map((part) => path.join(app, 'WEB-INF', part)).join(path.delimiter);
  const child = spawn(
    'java',
    [
      // The suite wants a quick start; a benchmark wants the whole compiler.
      ...(options.java ?? ['-Xmx1g', '-XX:TieredStopAtLevel=1']),
      `-Djavax.net.ssl.trustStore=${trust}`,
      '-Djavax.net.ssl.trustStorePassword=changeit',
      `-Dcas.standalone.configuration-directory=${config}`,
      '-Dspring.profiles.active=standalone',
      `-DbaseDir=${folder}`,
      '-cp',
      classPath,
      'org.apereo.cas.web.CasWebApplication',
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC' } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said = (said + text).slice(-200_000)));
  const stop = () => endProcess(child.pid);
  const until = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Advice(`Apereo CAS did not start:\n${lastLines(said, 30)}`);
    }
    await pause(500);
  }
  front.handOnTo(port);
  return { url: `${front.origin}/cas`, version: VERSION, pid: child.pid, stop };
}

async function answers(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/cas/login`, { signal: AbortSignal.timeout(20_000) })).status === 200;
  } catch {
    return false;
  }
}

/** @see https://apereo.github.io/cas/6.6.x/configuration/Configuration-Properties.html */
function properties({ people, folder, trust, port, origin }) {
  return Object.entries({
    'server.address': '127.0.0.1',
    'server.port': port,
    'server.ssl.enabled': false,
    'server.servlet.context-path': '/cas',
    'server.forward-headers-strategy': 'native',
    'server.tomcat.basedir': path.join(folder, 'tomcat'),
    'cas.server.name': origin,
    'cas.server.prefix': `${origin}/cas`,
    'cas.authn.accept.users': people.map(({ username, password }) => `${username}::${password}`).join(','),
    'cas.authn.attribute-repository.json[0].location': `file:${folder}/attributes.json`,
    'cas.service-registry.core.init-from-json': true,
    'cas.service-registry.json.location': `file:${folder}/services`,
    'cas.http-client.truststore.file': `file:${trust}`,
    'cas.http-client.truststore.psw': 'changeit',
    'cas.http-client.truststore.type': 'PKCS12',
    'cas.http-client.allow-local-urls': true,
    'cas.logout.follow-service-redirects': true,
    'cas.ticket.st.time-to-kill-in-seconds': 10,
    'cas.ticket.pt.time-to-kill-in-seconds': 10,
    'cas.ticket.tgt.remember-me.enabled': true,
    // Otherwise a second ticket for a service takes the first one away.
    'cas.ticket.tgt.core.only-track-most-recent-session': false,
    'management.endpoints.enabled-by-default': false,
    'spring.cloud.bootstrap.enabled': false,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

const exactly = (url) => `^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;

function registered({ id, url, pgtUrls, logout }, number) {
  return {
    '@class': 'org.apereo.cas.services.CasRegisteredService',
    serviceId: exactly(url),
    name: id,
    id: number,
    logoutType: logout === 'front-channel' ? 'FRONT_CHANNEL' : 'BACK_CHANNEL',
    attributeReleasePolicy: { '@class': 'org.apereo.cas.services.ReturnAllAttributeReleasePolicy' },
    ...(pgtUrls.length > 0 && {
      proxyPolicy: {
        '@class': 'org.apereo.cas.services.RegexMatchingRegisteredServiceProxyPolicy',
        pattern: `^(${pgtUrls.filter((one) => one.startsWith('https:')).map((one) => exactly(one).slice(1, -1)).join('|')})$`,
      },
    }),
  };
}

/** The web application, fetched and unpacked once a machine. */
async function unpacked(log) {
  const missing = ['java', 'mvn'].filter((program) => !onPath(program));
  const folder = cacheFolder(`apereo-cas-${VERSION}`);
  if (existsSync(folder) && onPath('java')) return folder;
  if (missing.length > 0) throw new Advice(`Apereo CAS needs Java 17 and Maven (Debian: apt-get install openjdk-17-jdk-headless maven); ${missing.join(', ')} is missing.`);
  log('fetching Apereo CAS with Maven (once)');
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await must('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`]);
    const [war] = readdirSync(unfinished).filter((name) => name.endsWith('.war'));
    if (war === undefined) throw new Advice('Maven gave no web application.');
    await must('jar', ['-xf', path.join(unfinished, war)], unfinished);
    rmSync(path.join(unfinished, war));
    renameSync(unfinished, folder);
    return folder;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function must(program, args, cwd) {
  const { code, said } = await run(program, args, cwd === undefined ? {} : { cwd });
  if (code !== 0) throw new Advice(`${program} ${args[0]} failed:\n${lastLines(said, 10)}`);
}

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../k8s/cache.mjs';
import { root, run, runNpm } from '../prepare/run.mjs';
import { Advice, aptInstall, lastLines, onPath } from './processes.mjs';

const clients = path.join(root, 'conformance', 'interop', 'clients');
const silent = () => {};

/** What the interop tests sign in with: each is fetched once a machine, at the versions that stand beside its program. */
export async function pythonCas(log = silent) {
  const python = await pythonWithPip(log);
  const list = path.join(clients, 'python-cas', 'requirements.txt');
  const { said: version } = await run(python, ['-c', 'import sys; print(sys.implementation.cache_tag, end="")']);
  const modules = await once(`python-cas-${version}`, list, async (folder) => {
    log('fetching python-cas with pip (once)');
    return run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--target', folder, '-r', list]);
  });
  return { python, modules };
}

async function pythonWithPip(log) {
  const has = async (python) => onPath(python) && (await run(python, ['-m', 'pip', '--version'])).code === 0;
  for (const name of ['python3', 'python']) if (await has(name)) return onPath(name);
  if (aptInstall(['python3', 'python3-pip'], log) && (await has('python3'))) return onPath('python3');
  throw new Advice('The interop tests with python-cas need Python 3 with pip (Debian: apt-get install python3 python3-pip).');
}

/** php-cgi stands where Debian's php would otherwise bring Apache's module. None of these starts a service. */
const PHP = ['php-cgi', 'php-cli', 'php-curl', 'php-xml', 'php-cas'];

export async function phpCas(log = silent) {
  const library = process.env.LATCHKEY_TEST_PHP_CAS ?? '/usr/share/php/CAS.php';
  const complete = async () => onPath('php') && existsSync(library) && ['curl', 'dom'].every((name) => loaded.includes(name));
  let loaded = await extensions();
  if (!(await complete())) {
    aptInstall(PHP, log);
    loaded = await extensions();
  }
  if (await complete()) return { php: onPath('php'), library };
  throw new Advice(
    'The interop tests with phpCAS need PHP with curl and dom, and phpCAS 1.6:\n' +
      `  install them (Debian: apt-get install ${PHP.join(' ')}),\n` +
      '  or set LATCHKEY_TEST_PHP_CAS to its CAS.php.',
  );
}

async function extensions() {
  return onPath('php') ? (await run('php', ['-m'])).said.toLowerCase().split('\n') : [];
}

export async function passportCas(log = silent) {
  const source = path.join(clients, 'passport-cas');
  const folder = await once('passport-cas', path.join(source, 'package-lock.json'), async (unfinished) => {
    log('fetching passport-cas with npm (once)');
    for (const name of ['package.json', 'package-lock.json']) cpSync(path.join(source, name), path.join(unfinished, name));
    return runNpm(['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: unfinished });
  });
  return { modules: path.join(folder, 'node_modules') };
}

export async function apereoJava(log = silent) {
  const need = { javac: 'default-jdk-headless', mvn: 'maven' };
  const missing = () => Object.keys(need).filter((program) => !onPath(program));
  if (missing().length > 0) aptInstall(missing().map((program) => need[program]), log);
  if (missing().length > 0) {
    throw new Advice(`The interop tests with the Java client need a JDK, 17 or newer, and Maven (Debian: apt-get install ${missing().map((program) => need[program]).join(' ')}).`);
  }
  const pom = path.join(clients, 'apereo-java', 'pom.xml');
  const folder = await once('apereo-java', pom, async (unfinished) => {
    log('fetching the Java client with Maven (once)');
    return run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`]);
  });
  return { java: onPath('java'), keytool: onPath('keytool'), classPath: path.join(folder, '*') };
}

/** A folder of the cache that is there whole or not at all, named after what `list` says. */
async function once(name, list, fill) {
  const folder = cacheFolder(`${name}-${createHash('sha256').update(readFileSync(list)).digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    const { code, said } = await fill(unfinished);
    if (code !== 0) throw new Advice(`${name} could not be fetched:\n${lastLines(said, 8)}`);
    renameSync(unfinished, folder);
  } catch (error) {
    // Another run was quicker.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

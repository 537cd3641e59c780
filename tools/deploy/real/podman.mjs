import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../k8s/cache.mjs';
import { root, run } from '../../prepare/run.mjs';
import { Advice, aptInstall, isRoot, lastLines, onPath } from '../../services/processes.mjs';

const COMPOSE = 'podman-compose==1.6.0';
const PROGRAMS = ['podman', 'buildah', 'runc', 'debootstrap'];
/** What podman calls without looking on the PATH: the network of a build, and the first process where `init` is asked for. */
const PARTS = ['netavark', 'catatonit', 'python3-venv'];
const CATATONIT = ['/usr/libexec/podman/catatonit', '/usr/bin/catatonit'];
const FILES = ['docker-compose.yml', 'docker-compose.host.yml'];

/** podman as root and without a daemon, on a machine that may allow it neither limits of its own nor newer cgroups. */
export async function openPodman({ project, log }) {
  if (!isRoot()) throw new Advice('compose:real makes base images by debootstrap and runs containers without a daemon: run it as root, on Debian.');
  const complete = PROGRAMS.every(onPath) && CATATONIT.some((each) => existsSync(each));
  if (!complete && !aptInstall([...PROGRAMS, ...PARTS], log)) {
    throw new Advice(`compose:real needs ${PROGRAMS.join(', ')}. On Debian: apt-get install ${PROGRAMS.join(' ')}`);
  }
  const folder = cacheFolder('podman');
  mkdirSync(folder, { recursive: true });
  const settings = path.join(folder, 'containers.conf');
  writeFileSync(settings, '[containers]\ndefault_ulimits = ["nofile=10000:10000","nproc=4096:4096"]\n[engine]\nruntime = "runc"\n');
  const env = { CONTAINERS_CONF: settings };
  const compose = await podmanCompose(folder, log);
  return new Podman({ env, compose, project });
}

async function podmanCompose(folder, log) {
  const program = path.join(folder, 'venv', 'bin', 'podman-compose');
  if (existsSync(program)) return program;
  log('installing podman-compose with pip');
  await must('python3', ['-m', 'venv', path.join(folder, 'venv')]);
  await must(path.join(folder, 'venv', 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', COMPOSE]);
  return program;
}

/** @returns {Promise<string>} what it said */
export async function must(program, args, options) {
  const { code, said } = await run(program, args, options);
  if (code !== 0) throw new Advice(`${path.basename(program)} ${args.slice(0, 4).join(' ')} … failed:\n${lastLines(said, 15)}`);
  return said;
}

class Podman {
  constructor({ env, compose, project }) {
    Object.assign(this, { env, program: compose, project });
    /** What docker-compose.yml has from the environment. */
    this.settings = {};
  }

  podman(...args) {
    return must('podman', args, { env: this.env });
  }

  async has(image) {
    return (await run('podman', ['image', 'exists', image], { env: this.env })).code === 0;
  }

  build(image, target, args, secrets) {
    return this.podman(
      ...['build', '--isolation', 'chroot', '--ulimit', 'nofile=10000:10000', '--target', target, '-t', image],
      ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...Object.entries(secrets).map(([id, file]) => `--secret=id=${id},src=${file}`),
      root,
    );
  }

  compose(...args) {
    const files = FILES.flatMap((file) => ['-f', path.join(root, file)]);
    return must(this.program, ['-p', this.project, ...files, ...args], { env: { ...this.env, ...this.settings } });
  }

  /** The name that podman-compose gives a container. */
  container(service) {
    return `${this.project}_${service}_1`;
  }

  async inspect(service, format) {
    return (await this.podman('inspect', '--format', format, this.container(service))).trim();
  }

  async logs(service) {
    return (await run('podman', ['logs', '--tail', '15', this.container(service)], { env: this.env })).said;
  }

  /** Its own health check, run once: without systemd podman runs none by itself. */
  async healthy(service) {
    return (await run('podman', ['healthcheck', 'run', this.container(service)], { env: this.env })).code === 0;
  }
}

import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../prepare/run.mjs';
import { Advice, onPath } from '../../services/processes.mjs';
import { must } from './podman.mjs';

const RUNTIME = ['libc6', 'libgcc-s1', 'libstdc++6'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const ACCOUNTS = 'root:x:0:0:root:/:/none\nnobody:x:65534:65534:nobody:/:/none\n';

/** The version of Node that the Dockerfile names. */
export const nodeVersion = () => /^ARG NODE_BASE=node:([\d.]+)-/m.exec(readFileSync(path.join(root, 'Dockerfile'), 'utf8'))[1];

/**
 * Bases for machines that reach no registry of images: Debian by debootstrap to build on, and to run on what is as bare as
 * distroless: the packages' files and nothing else, no shell. podman keeps them; they are made once a machine.
 */
export async function localBases(podman, log) {
  if (!onPath('debootstrap') || !onPath('apt-get')) throw new Advice('compose:real makes its base images of Debian packages, and this is no Debian.');
  const version = nodeVersion();
  const make = async (name, fill) => {
    const image = `localhost/latchkey-base/${name}`;
    if (!(await podman.has(image))) {
      log(`making ${image}`);
      await imported(podman, image, fill);
    }
    return image;
  };
  return {
    builder: await make(`node:${version}`, (folder) => builder(folder, version)),
    runtime: await make('runtime:12', (folder) => bare(folder, RUNTIME)),
    nginx: await make('nginx:12', (folder) => bare(folder, ['nginx', 'libcrypt1', 'libpcre2-8-0', 'libssl3', 'zlib1g', 'libc6'])),
    prometheus: await make('prometheus:12', async (folder) => {
      await bare(folder, ['prometheus', 'libc6', 'libgcc-s1']);
      mkdirSync(path.join(folder, 'prometheus'));
      await must('chown', ['65534:65534', path.join(folder, 'prometheus')]);
      if (!existsSync(path.join(folder, 'bin'))) symlinkSync('usr/bin', path.join(folder, 'bin'));
    }),
  };
}

async function imported(podman, image, fill) {
  const work = mkdtempSync(path.join(tmpdir(), 'latchkey-base-'));
  try {
    const folder = path.join(work, 'root');
    mkdirSync(folder);
    await fill(folder);
    await must('tar', ['-C', folder, '-cf', path.join(work, 'image.tar'), '.']);
    await podman.podman('import', '--quiet', path.join(work, 'image.tar'), image);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** As node:<version>-bookworm-slim: Debian, node and npm. */
async function builder(folder, version) {
  await must('debootstrap', ['--variant=minbase', 'bookworm', folder]);
  const packed = mkdtempSync(path.join(tmpdir(), 'latchkey-node-'));
  try {
    await must('npm', ['pack', '--silent', '--pack-destination', packed, `node-linux-${process.arch}@${version}`]);
    await must('tar', ['-C', packed, '-xzf', path.join(packed, `node-linux-${process.arch}-${version}.tgz`), 'package/bin/node']);
    copyFileSync(path.join(packed, 'package', 'bin', 'node'), path.join(folder, 'usr/local/bin/node'));
    await must('chmod', ['755', path.join(folder, 'usr/local/bin/node')]);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
  const npm = (await must('npm', ['root', '-g'])).trim();
  cpSync(path.join(npm, 'npm'), path.join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(folder, 'usr/local/bin/npm'));
  certificates(folder);
}

/** The files of these packages, as they are: nothing is configured, nothing is run. */
async function bare(folder, packages) {
  const debs = mkdtempSync(path.join(tmpdir(), 'latchkey-debs-'));
  try {
    await must('chmod', ['755', debs]);
    await must('apt-get', ['download', '-qq', ...packages], { cwd: debs });
    await must('sh', ['-c', `for each in *.deb; do dpkg-deb -x "$each" "$1" || exit 1; done`, 'sh', folder], { cwd: debs });
  } finally {
    rmSync(debs, { recursive: true, force: true });
  }
  for (const unread of ['usr/share/doc', 'usr/share/man']) rmSync(path.join(folder, unread), { recursive: true, force: true });
  mkdirSync(path.join(folder, 'tmp'), { recursive: true });
  chmodSync(path.join(folder, 'tmp'), 0o1777);
  mkdirSync(path.join(folder, 'etc'), { recursive: true });
  writeFileSync(path.join(folder, 'etc/passwd'), ACCOUNTS);
  writeFileSync(path.join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  certificates(folder);
}

function certificates(folder) {
  if (!existsSync(CERTIFICATES)) return;
  mkdirSync(path.join(folder, path.dirname(CERTIFICATES)), { recursive: true });
  copyFileSync(CERTIFICATES, path.join(folder, CERTIFICATES));
}

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localBases } from '../../deploy/real/bases.mjs';
import { must, openPodman } from '../../deploy/real/podman.mjs';
import { goProgram } from '../kubeconform.mjs';

export const LATCHKEY = 'localhost/latchkey:real';
export const PAUSE = 'localhost/latchkey-pause:1';

const archiveOf = (folder, image) => path.join(folder, `${image.replaceAll(/[/:]/g, '-')}.tar`);

/**
 * The image by our Dockerfile on a base made here, and the one that holds a pod's namespaces, as archives for containerd.
 * @param {{ keep: boolean }} options keep: those of the last run, whatever changed since
 */
export async function saveImages(folder, { keep }, log) {
  const archives = Object.fromEntries([LATCHKEY, PAUSE].map((image) => [image, archiveOf(folder, image)]));
  if (keep && Object.values(archives).every((archive) => existsSync(archive))) return archives;
  const podman = await openPodman({ project: 'latchkey-k8s', log });
  const bases = await localBases(podman, log);
  log('building the image');
  const work = mkdtempSync(path.join(tmpdir(), 'latchkey-images-'));
  try {
    const npmrc = path.join(work, 'npmrc');
    const registry = (await must('npm', ['config', 'get', 'registry'])).trim();
    writeFileSync(npmrc, `registry=${registry}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`);
    await podman.build(LATCHKEY, 'latchkey', { NODE_BASE: bases.builder, BASE: bases.runtime }, { npmrc });
    if (!(await podman.has(PAUSE))) await pause(podman, work);
    for (const [image, archive] of Object.entries(archives)) {
      rmSync(archive, { force: true });
      log(`saving ${image}`);
      await podman.podman('save', '--quiet', '-o', archive, image);
    }
    return archives;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A program that waits to be told to end. */
async function pause(podman, work) {
  const source = path.join(work, 'pause');
  mkdirSync(path.join(source, 'root'), { recursive: true });
  writeFileSync(path.join(source, 'go.mod'), 'module pause\n\ngo 1.21\n');
  writeFileSync(
    path.join(source, 'main.go'),
    'package main\n\nimport (\n\t"os"\n\t"os/signal"\n\t"syscall"\n)\n\nfunc main() {\n\tend := make(chan os.Signal, 1)\n\tsignal.Notify(end, syscall.SIGTERM, syscall.SIGINT)\n\t<-end\n}\n',
  );
  await must(goProgram(), ['build', '-o', 'root/pause', '.'], { cwd: source, env: { CGO_ENABLED: '0' } });
  await must('tar', ['-C', path.join(source, 'root'), '-cf', path.join(work, 'pause.tar'), '.']);
  await podman.podman('import', '--quiet', '--change', 'ENTRYPOINT ["/pause"]', path.join(work, 'pause.tar'), PAUSE);
}

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../prepare/run.mjs';
import { Advice, lastLines } from '../../services/processes.mjs';
import { cacheFolder } from '../cache.mjs';
import { goProgram } from '../kubeconform.mjs';

export const version = 'v1.34.1';

/** What a cluster of one node needs, dearest first: each later one finds most of its packages compiled. */
const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'];

/** Modules that live in Kubernetes' own repository and are released under the same number. */
const staging =
  'api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap code-generator ' +
  'component-base component-helpers controller-manager cri-api cri-client csi-translation-lib dynamic-resource-allocation ' +
  'endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics ' +
  'mount-utils pod-security-admission sample-apiserver';

/**
 * Kubernetes' programs, compiled once a machine out of its Go module and kept. No registry of packages holds them as
 * binaries.
 * @returns {Promise<string>} the folder in which they lie
 */
export async function kubernetesPrograms(log) {
  const folder = cacheFolder(`kubernetes-${version}`);
  const missing = programs.filter((program) => !existsSync(path.join(folder, program)));
  if (missing.length > 0) await compile(folder, missing, log);
  return folder;
}

async function compile(folder, missing, log) {
  const go = goProgram();
  if (!go) throw new Advice('A real Kubernetes is compiled from source here, which needs Go 1.24 or newer (https://go.dev/dl).');
  const source = path.join(folder, 'source');
  mkdirSync(source, { recursive: true });
  writeFileSync(path.join(source, 'go.mod'), goMod());
  writeFileSync(path.join(source, 'tools.go'), toolsGo());
  const env = { GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
  await must(go, ['mod', 'tidy', '-e'], { cwd: source, env });
  for (const program of missing) {
    log(`compiling ${program} ${version} (all of them: about ten minutes of CPU, once)`);
    // Under its own name only when whole, so that an interrupted run leaves nothing that looks finished.
    const unfinished = path.join(folder, `${program}.unfinished`);
    rmSync(unfinished, { force: true });
    const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
    await must('nice', ['-n', '15', go, 'build', '-p', '1', '-trimpath', '-ldflags', flags, '-o', unfinished, `k8s.io/kubernetes/cmd/${program}`], {
      cwd: source,
      env,
    });
    renameSync(unfinished, path.join(folder, program));
  }
}

async function must(program, args, options) {
  const { code, said } = await run(program, args, options);
  if (code !== 0) throw new Advice(`${program} ${args.join(' ')}\n${lastLines(said, 12)}`);
}

function goMod() {
  const replace = staging.split(' ').map((name) => `\tk8s.io/${name} => k8s.io/${name} ${version.replace('v1', 'v0')}`);
  return `module latchkey.local/kubernetes\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes ${version}\n\nreplace (\n${replace.join('\n')}\n)\n`;
}

function toolsGo() {
  const imports = programs.map((name) => `\t_ "k8s.io/kubernetes/cmd/${name}"`);
  return `//go:build tools\n\npackage tools\n\nimport (\n${imports.join('\n')}\n)\n`;
}

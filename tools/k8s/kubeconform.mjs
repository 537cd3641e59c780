import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../prepare/run.mjs';
import { Advice, lastLines, onPath } from '../services/processes.mjs';
import { cacheFolder } from './cache.mjs';

const version = 'v0.7.0';

/** kubeconform from the PATH, or compiled once a machine where Go is. undefined: neither is there. */
export async function kubeconform(log) {
  const installed = onPath('kubeconform');
  if (installed) return installed;
  const folder = cacheFolder(`kubeconform-${version}`);
  const program = path.join(folder, 'kubeconform');
  if (existsSync(program)) return program;
  const go = goProgram();
  if (!go) return undefined;
  log(`compiling kubeconform ${version} (once)`);
  const { code, said } = await run('nice', ['-n', '10', go, 'install', `github.com/yannh/kubeconform/cmd/kubeconform@${version}`], {
    env: { GOBIN: folder, CGO_ENABLED: '0' },
  });
  if (code !== 0) throw new Advice(`kubeconform could not be compiled; install it so that it is on the PATH.\n${lastLines(said, 6)}`);
  return program;
}

/** @returns {string | undefined} the go command */
export const goProgram = () => onPath('go') ?? (existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : undefined);

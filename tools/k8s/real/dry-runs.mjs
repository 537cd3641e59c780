import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../prepare/run.mjs';
import { Advice, until } from '../../services/processes.mjs';
import { render } from '../render.mjs';

const OVERLAYS = ['k8s/overlays/dev', 'k8s/overlays/production'];
const MONITORS = fileURLToPath(new URL('../service-monitor.crd.yaml', import.meta.url));

const KNOWN = [
  'last-applied-configuration',
  // The migration Job is named by the release, whose number has dots. Nobody looks up its pod's host name.
  'metadata.name: this is used in Pod names and hostnames',
];

/** The API server's own judgement of every object, admission included, with nothing kept; and of broken ones, which it must refuse. */
export async function dryRuns(kubectl, { folder, say, log }) {
  await kubectl.do('apply', '-f', MONITORS);
  await kubectl.do('apply', '-f', path.join(root, 'k8s', 'base', 'namespace.yaml'));
  await until(async () => (await kubectl.tried('get', 'servicemonitors', '-A')).code === 0, { ms: 30_000, everyMs: 200 });
  for (const overlay of OVERLAYS) {
    log(overlay);
    const file = path.join(folder, `${path.basename(overlay)}.yaml`);
    writeFileSync(file, await render(overlay));
    const said = await kubectl.do('apply', '--dry-run=server', '-f', file);
    const lines = said.trim().split('\n');
    const warnings = lines.filter((line) => line.startsWith('Warning') && !KNOWN.some((each) => line.includes(each)));
    if (warnings.length > 0) throw new Advice(`${overlay}: ${warnings.join('\n')}`);
    say(`${overlay}: the API server would take all ${lines.filter((line) => line.includes('(server dry run)')).length} objects`);
  }
  const whole = readFileSync(path.join(folder, 'production.yaml'), 'utf8');
  const broken = { 'an unknown field': ['containerPort: 8090', 'contanerPort: 8090'], 'a wrong type': ['minReplicas: 2', 'minReplicas: two'] };
  for (const [what, [right, wrong]] of Object.entries(broken)) {
    const file = path.join(folder, 'broken.yaml');
    writeFileSync(file, whole.replace(right, wrong));
    if ((await kubectl.tried('apply', '--dry-run=server', '-f', file)).code === 0) throw new Advice(`The API server took ${what}.`);
    say(`${what} is refused`);
  }
  // What the namespace demands (pod-security: restricted), shown by what it refuses.
  const { code, said } = await kubectl.tried('run', 'careless', '-n', 'latchkey', '--image=x', '--dry-run=server');
  if (code === 0 || !said.includes('restricted')) throw new Advice(`The namespace took a pod that may be root: ${said}`);
  say('a pod that may be root is refused by the namespace');
}

import path from 'node:path';
import { root, runNode } from '../prepare/run.mjs';

const bin = (name) => path.join(root, 'node_modules', ...name.split('/'));

/** What must hold besides the tests. Each is one failure of the run when it does not. `env` says where the servers are. */
export const checks = [
  { name: 'Lint', run: () => runNode([bin('nx/dist/bin/nx.js'), 'run', 'latchkey:lint', '--outputStyle=static'], { env: nxAlone }) },
  { name: 'Import rules reject what they must', run: () => runNode([path.join(root, 'tools', 'check-boundaries.mjs')]) },
  { name: 'Types', run: () => runNode([bin('typescript/bin/tsc'), '-p', 'tsconfig.spec.json', '--pretty', 'false']) },
  { name: 'Documents name what exists', run: () => runNode([path.join(root, 'tools', 'check-links.mjs')]) },
  { name: 'Manifests are what Kubernetes takes', run: () => runNode([path.join(root, 'tools', 'k8s', 'check.mjs')]) },
  { name: 'Image, compose file, door and dashboard are sound', run: (env) => runNode([path.join(root, 'tools', 'deploy', 'check.mjs')], { env }) },
  { name: 'Generated documents are current', run: (env) => runNode([path.join(root, 'tools', 'docs.mjs'), '--check'], { env }) },
];

/** No daemon that stays behind, no prompt. */
export const nxAlone = { NX_DAEMON: 'false', NX_INTERACTIVE: 'false', CI: 'true' };

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bad, good, step } from '../../prepare/say.mjs';
import { Advice } from '../../services/processes.mjs';
import { Lifetime } from '../../start/lifetime.mjs';
import { startControlPlane } from './control-plane.mjs';
import { dryRuns } from './dry-runs.mjs';
import { startIngress } from './ingress.mjs';
import { KeptLogs } from './kept-logs.mjs';
import { Load } from './load.mjs';
import { openNetwork } from './network.mjs';
import { startNode } from './node.mjs';
import { pods } from './pods.mjs';
import { rollOut } from './roll-out.mjs';
import { openStores } from './stores.mjs';

/** What runs in the namespaces that main.mjs makes, where it is alone. Everything ends when this does. */
const { programs, etcd, images, folder } = JSON.parse(process.argv[2]);
const lifetime = new Lifetime();
lifetime.watch();
const seen = [];
const say = (what) => seen.push(what);

try {
  const place = (name) => {
    const made = path.join(folder, name);
    mkdirSync(made, { recursive: true, mode: 0o711 });
    return made;
  };
  await step('Network', openNetwork);
  const kubectl = await step('etcd, kube-apiserver, kube-controller-manager, kube-scheduler', () => startControlPlane({ programs, etcd, folder: place('control') }));
  await step('Server-side dry-run of the overlays', (log) => dryRuns(kubectl, { folder: place('broken'), say, log }));
  const node = await step('containerd, kubelet, kube-proxy, DNS', (log) => startNode({ programs, images, kubectl, folder: place('node'), say, log }));
  const stores = await step('PostgreSQL, Redis, Kafka', (log) => openStores({ folder: place('stores'), lifetime, log }));
  const rooms = await step('Roll-out of the production overlay', (log) => rollOut({ kubectl, node, stores, folder: place('overlay'), say, log }));
  const ingress = await step('nginx by the rules of the Ingress', () => startIngress({ kubectl, folder: place('ingress') }));
  const load = new Load({ url: ingress.url, application: rooms.application });
  await step('Sign-in, ticket, validation, sign-out once', () => load.once());
  const logs = new KeptLogs(node.podLogs, place('logs'));
  await step('Every room restarted under load', () => logs.during(() => rooms.restart(load, say)));
  const lost = await step('One replica of each killed under load', () => logs.during(() => rooms.kill(load, say)));
  const table = await step('What runs', () => pods(kubectl));
  console.log(`\n${seen.map((line) => `  ${good('✓')} ${line}`).join('\n')}\n\n${table}\n${lost.length > 0 ? `\nLost to the kills:\n${lost.join('\n')}\n` : ''}`);
  await lifetime.end(0);
} catch (error) {
  if (!lifetime.ending) {
    for (const line of seen) console.log(`  ${good('✓')} ${line}`);
    console.error(`\n  ${bad('k8s:real failed.')}\n\n${error instanceof Advice ? error.message : error.stack}\n`);
    await lifetime.end(1);
  }
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from '../../prepare/run.mjs';
import { Advice, lastLines, until } from '../../services/processes.mjs';
import { render } from '../render.mjs';
import { secrets } from '../secrets.mjs';
import { startApplication } from './application.mjs';
import { writeOverlay } from './overlay.mjs';
import { people } from './people.mjs';
import { processes } from './pods.mjs';

const DEPLOYMENTS = ['session-store', 'management', 'cas', 'cas-validate', 'token-issuer', 'consent'];
const PATIENCE = '--timeout=600s';
const SETTLE_MS = 5_000;

/** As docs/deploy-kubernetes.md tells it: secrets, what comes first, the migration, then the rooms. */
export async function rollOut({ kubectl, node, stores, folder, say, log }) {
  const application = await startApplication();
  writeOverlay(folder, { stores, application: application.url, people });
  const manifest = path.join(folder, 'rendered.yaml');
  writeFileSync(manifest, await render(folder));

  log('secrets');
  const keys = path.join(folder, 'keys');
  const made = await runNode([path.join(root, 'apps', 'all-in-one', 'dist', 'latchkey.js'), 'keys', keys, '--database', stores.database]);
  if (made.code !== 0) throw new Advice(made.said);
  const list = path.join(folder, 'secrets.json');
  writeFileSync(list, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: secrets({ folder: keys, namespace: 'latchkey', ...stores }) }), { mode: 0o600 });
  await kubectl.do('apply', '-f', list);

  log('migration');
  const beforeMigration = performance.now();
  await kubectl.do('apply', '-f', manifest, '-l', 'latchkey-step=first');
  await settled(kubectl, 'job', () => kubectl.do('wait', '-n', 'latchkey', '--for=condition=complete', 'job', '-l', 'app.kubernetes.io/component=migration', PATIENCE));
  say(`the migration Job made roles and schemas in ${seconds(beforeMigration)}`);

  log('rooms');
  const began = performance.now();
  await kubectl.do('apply', '-f', manifest);
  await node.nameServices();
  await rolledOut(kubectl);
  say(`six Deployments of two replicas each (the autoscalers' least) were ready after ${seconds(began)}`);
  await until(async () => (await kubectl.tried('logs', '-n', 'latchkey', '-l', 'app.kubernetes.io/component=management', '--tail=200')).said.includes('was applied'), { ms: 60_000, everyMs: 500 });
  return { application, restart: (load, tell) => restart(kubectl, load, tell), kill: (load, tell) => kill(kubectl, load, tell) };
}

/** `kubectl rollout restart` of everything at once, while people sign in and applications validate. */
async function restart(kubectl, load, say) {
  const before = await podNames(kubectl);
  const running = load.run();
  await quiet(SETTLE_MS);
  const began = performance.now();
  await kubectl.do('rollout', 'restart', '-n', 'latchkey', 'deployment', '-l', 'app.kubernetes.io/name=latchkey');
  await rolledOut(kubectl);
  const replaced = performance.now();
  // Whoever drains still answers.
  await until(async () => (await podNames(kubectl)).every((name) => !before.includes(name)), { ms: 120_000, everyMs: 500 });
  await quiet(SETTLE_MS);
  const counts = await running.stop();
  const kept = (await podNames(kubectl)).filter((name) => before.includes(name));
  if (kept.length > 0) throw new Advice(`These pods are still there: ${kept.join(', ')}`);
  say(`rolling restart of all ${before.length} pods in ${((replaced - began) / 1000).toFixed(1)} s under load: ${counts.text}`);
  if (counts.failed > 0) throw new Advice(`Requests failed during the restart:\n${counts.failures.join('\n')}`);
}

/** `kill -9` of one replica of each Deployment, one after another. What it held is lost; nothing else may be. */
async function kill(kubectl, load, say) {
  const running = load.run();
  await quiet(SETTLE_MS);
  for (const name of DEPLOYMENTS) {
    const { items } = await kubectl.get('pods', '-n', 'latchkey', '-l', `app.kubernetes.io/component=${name}`);
    process.kill(processes().get(items[0].metadata.name).pid, 'SIGKILL');
    await quiet(SETTLE_MS);
  }
  await rolledOut(kubectl);
  await quiet(SETTLE_MS);
  const counts = await running.stop();
  say(`one replica of each of the six killed (SIGKILL), 5 s apart, under load: ${counts.text}`);
  if (counts.untold > 0) throw new Advice(counts.failures.join('\n'));
  return counts.failures;
}

async function rolledOut(kubectl) {
  for (const name of DEPLOYMENTS) await settled(kubectl, name, () => kubectl.do('rollout', 'status', '-n', 'latchkey', `deployment/${name}`, PATIENCE));
  const ready = async () => {
    const { items } = await kubectl.get('deployments', '-n', 'latchkey');
    return items.every(({ status }) => status.readyReplicas >= 2 && status.readyReplicas === status.replicas);
  };
  if (!(await until(ready, { ms: 120_000, everyMs: 500 }))) throw new Advice(`Not two replicas of each:\n${await kubectl.do('get', 'pods,hpa', '-n', 'latchkey')}`);
}

/** What a failed wait does not say: why. */
async function settled(kubectl, what, wait) {
  try {
    await wait();
  } catch (error) {
    const { said: pods } = await kubectl.tried('get', 'pods', '-n', 'latchkey', '-o', 'wide');
    const { said: events } = await kubectl.tried('get', 'events', '-n', 'latchkey', '--field-selector=type=Warning', '--sort-by=.lastTimestamp');
    const { said: logs } = await kubectl.tried('logs', '-n', 'latchkey', '-l', 'app.kubernetes.io/name=latchkey', '--tail=5', '--prefix', '--max-log-requests=20');
    const unexpected = events.split('\n').filter((line) => !line.includes('horizontalpodautoscaler')).join('\n');
    const short = lastLines(logs, 40).split('\n').map((line) => line.slice(0, 400)).join('\n');
    throw new Advice(`${what}: ${error.message}\n${pods}\n${lastLines(unexpected, 15)}\n${short}`);
  }
}

async function podNames(kubectl) {
  const { items } = await kubectl.get('pods', '-n', 'latchkey', '-l', 'room');
  return items.map(({ metadata }) => metadata.name);
}

const quiet = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

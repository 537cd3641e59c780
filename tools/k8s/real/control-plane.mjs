import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../prepare/run.mjs';
import { Advice, connects, lastLines } from '../../services/processes.mjs';
import { Daemon } from './daemon.mjs';
import { NODE, PODS, SERVICES } from './network.mjs';

const SERVER = `https://${NODE}:6443`;

/** etcd, the API server, and what makes pods of Deployments and gives them to nodes. @returns {Promise<Kubectl>} */
export async function startControlPlane({ programs, etcd, folder }) {
  const file = (name, text) => {
    const place = path.join(folder, name);
    if (text !== undefined) writeFileSync(place, text, { mode: 0o600 });
    return place;
  };
  const program = (name) => path.join(programs, name);
  const token = randomBytes(24).toString('base64url');
  const tokens = file('tokens.csv', `${token},admin,admin,system:masters\n`);
  const account = file('account.key', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const kubeconfig = file('kubeconfig', kubeconfigOf(token));

  const store = new Daemon('etcd', folder, etcd, [
    '--unsafe-no-fsync',
    `--data-dir=${file('etcd')}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
  ]);
  await store.ready(() => connects(2379));
  const api = new Daemon('kube-apiserver', folder, program('kube-apiserver'), [
    '--etcd-servers=http://127.0.0.1:2379',
    `--bind-address=${NODE}`,
    `--advertise-address=${NODE}`,
    '--secure-port=6443',
    `--cert-dir=${file('certificates')}`,
    `--service-cluster-ip-range=${SERVICES}`,
    `--service-account-key-file=${account}`,
    `--service-account-signing-key-file=${account}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=RBAC',
    `--token-auth-file=${tokens}`,
    // The only address of the only node.
    '--kubelet-preferred-address-types=InternalIP',
  ]);
  const kubectl = new Kubectl(program('kubectl'), kubeconfig);
  await api.ready(async () => (await kubectl.tried('get', '--raw', '/readyz')).code === 0, 120_000);
  new Daemon('kube-controller-manager', folder, program('kube-controller-manager'), [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${account}`,
    '--use-service-account-credentials=false',
    '--leader-elect=false',
    `--cluster-cidr=${PODS}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${file('certificates')}`,
  ]);
  new Daemon('kube-scheduler', folder, program('kube-scheduler'), [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--bind-address=127.0.0.1', `--cert-dir=${file('certificates')}`]);
  return kubectl;
}

export class Kubectl {
  constructor(program, kubeconfig) {
    Object.assign(this, { program, kubeconfig });
  }

  tried(...args) {
    return run(this.program, ['--kubeconfig', this.kubeconfig, ...args]);
  }

  /** @returns {Promise<string>} what it said */
  async do(...args) {
    const { code, said } = await this.tried(...args);
    if (code !== 0) throw new Advice(`kubectl ${args.slice(0, 6).join(' ')} … failed:\n${lastLines(said, 20)}`);
    return said;
  }

  async get(...args) {
    return JSON.parse(await this.do('get', ...args, '-o', 'json'));
  }
}

function kubeconfigOf(token) {
  const cluster = { server: SERVER, 'insecure-skip-tls-verify': true };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'real', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
    'current-context': 'real',
  });
}

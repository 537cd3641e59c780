import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from '../../deploy/real/podman.mjs';
import { Advice, connects, until } from '../../services/processes.mjs';
import { makeControlGroups } from './control-groups.mjs';
import { Daemon } from './daemon.mjs';
import { PAUSE } from './images.mjs';
import { NODE, PODS } from './network.mjs';

/** One node: containers by containerd, Services by kube-proxy, names of Services by dnsmasq. */
export async function startNode({ programs, images, kubectl, folder, say, log }) {
  const began = performance.now();
  const file = (name, content) => {
    const place = path.join(folder, name);
    if (content !== undefined) writeFileSync(place, content);
    return place;
  };
  const socket = file('containerd.sock');
  log('containerd');
  const containerd = new Daemon('containerd', folder, 'containerd', ['--config', file('containerd.toml', containerdToml(folder, socket))]);
  await containerd.ready(() => existsSync(socket));
  mkdirSync(file('cni'), { recursive: true });
  writeFileSync(path.join(file('cni'), '10-latchkey.conflist'), cni(folder));
  for (const archive of Object.values(images)) await must('ctr', ['--address', socket, '-n', 'k8s.io', 'images', 'import', archive]);

  log('DNS');
  const hosts = file('hosts.d');
  mkdirSync(hosts);
  const dns = new Daemon('dnsmasq', folder, 'dnsmasq', ['--keep-in-foreground', '--no-resolv', '--no-hosts', '--user=root', `--listen-address=${NODE}`, '--bind-interfaces', `--hostsdir=${hosts}`, '--local=/cluster.local/']);
  await dns.ready(() => connects(53, NODE));

  log('kubelet');
  makeControlGroups();
  mkdirSync(file('kubelet'), { recursive: true });
  new Daemon('kubelet', folder, path.join(programs, 'kubelet'), [
    `--kubeconfig=${kubectl.kubeconfig}`,
    `--config=${file('kubelet.json', kubeletConfig(socket, file('pod-logs')))}`,
    `--root-dir=${file('kubelet')}`,
    `--cert-dir=${file('kubelet')}`,
    `--node-ip=${NODE}`,
    '--hostname-override=latchkey-node',
  ]);
  const ready = async () => (await kubectl.tried('get', 'nodes', '-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}')).said.trim() === 'True';
  if (!(await until(ready, { ms: 90_000, everyMs: 300 }))) {
    throw new Advice(`The node did not become ready.\n${(await must('tail', ['-n', '15', file('kubelet.log')]))}`);
  }
  log('kube-proxy');
  const proxy = new Daemon('kube-proxy', folder, path.join(programs, 'kube-proxy'), [
    `--kubeconfig=${kubectl.kubeconfig}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${PODS}`,
    '--hostname-override=latchkey-node',
    `--nodeport-addresses=${NODE}/32`,
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ]);
  await proxy.ready(() => connects(10256));
  say(`a node is ready ${((performance.now() - began) / 1000).toFixed(1)} s after containerd was started (image imported, Services by kube-proxy and iptables)`);
  return {
    podLogs: file('pod-logs'),
    /** As CoreDNS would: every Service by its name. */
    async nameServices() {
      const { items } = await kubectl.get('services', '-A');
      const lines = items
        .filter(({ spec }) => spec.clusterIP && spec.clusterIP !== 'None')
        .map(({ metadata, spec }) => `${spec.clusterIP} ${metadata.name}.${metadata.namespace}.svc.cluster.local`);
      writeFileSync(path.join(hosts, 'services'), `${lines.join('\n')}\n`);
    },
  };
}

function containerdToml(folder, socket) {
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
`;
}

function cni(folder) {
  return JSON.stringify({
    cniVersion: '1.0.0',
    name: 'latchkey',
    plugins: [{ type: 'ptp', ipMasq: false, ipam: { type: 'host-local', dataDir: path.join(folder, 'cni-data'), ranges: [[{ subnet: PODS }]], routes: [{ dst: '0.0.0.0/0' }] } }],
  });
}

function kubeletConfig(socket, podLogsDir) {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${socket}`,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    podLogsDir,
    clusterDomain: 'cluster.local',
    clusterDNS: [NODE],
    cgroupDriver: 'cgroupfs',
    // What a machine in a container may not allow.
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    makeIPTablesUtilChains: false,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  });
}

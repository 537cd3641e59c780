import { mkdirSync, writeFileSync } from 'node:fs';
import { must } from '../../deploy/real/podman.mjs';
import { joinControlGroup } from './control-groups.mjs';

/** Of the node, its pods and its Services. They exist in the network namespace of this run and nowhere else. */
export const NODE = '10.77.0.1';
export const PODS = '10.77.64.0/18';
export const SERVICES = '10.77.128.0/17';

/** Where the kubelet, containerd and its plugins write whatever they are told: here to memory that goes with the mounts. */
const WRITTEN = ['/run/containerd', '/run/netns', '/var/lib/kubelet', '/var/lib/cni', '/var/log/containers', '/var/log/pods'];

/** The kubelet takes no loopback address for a node, so the node has one of its own, on an interface that leads nowhere. */
export async function openNetwork() {
  joinControlGroup();
  for (const folder of WRITTEN) {
    mkdirSync(folder, { recursive: true });
    await must('mount', ['-t', 'tmpfs', 'latchkey', folder]);
  }
  await must('mount', ['--make-rshared', '/']);
  await must('hostname', ['latchkey-node']);
  await must('ip', ['link', 'set', 'lo', 'up']);
  await must('ip', ['link', 'add', 'node0', 'type', 'veth', 'peer', 'name', 'nowhere']);
  await must('ip', ['addr', 'add', `${NODE}/24`, 'dev', 'node0']);
  for (const end of ['node0', 'nowhere']) await must('ip', ['link', 'set', end, 'up']);
  await must('ip', ['route', 'add', 'default', 'dev', 'node0']);
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}

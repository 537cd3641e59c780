import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** The rooms' pods as the node has them. @returns {Promise<string>} a table */
export async function pods(kubectl) {
  const { items } = await kubectl.get('pods', '-n', 'latchkey', '-l', 'room');
  const running = processes();
  const rows = items.map(({ metadata, spec, status }) => {
    const container = status.containerStatuses[0];
    const process = running.get(metadata.name);
    return [
      metadata.labels['app.kubernetes.io/component'],
      metadata.name,
      container.ready ? 'ready' : 'not ready',
      String(container.restartCount),
      process ? `${process.mib} MiB` : '?',
      process ? String(process.uid) : '?',
      spec.containers[0].resources.requests.memory,
      process?.limit ?? '?',
    ];
  });
  return table(['deployment', 'pod', 'state', 'restarts', 'resident', 'uid', 'requested', 'limit in force'], rows.sort());
}

/** The process of each pod's room, by the name of the pod (a container's HOSTNAME). */
export function processes() {
  return new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap(look));
}

function look(pid) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const host = environment.find((each) => each.startsWith('HOSTNAME='))?.slice('HOSTNAME='.length);
    if (!host || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/dist/main.js')) return [];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const number = (name) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)[1]);
    return [[host, { pid: Number(pid), mib: Math.round(number('VmRSS') / 1024), uid: number('Uid'), limit: memoryLimit(pid) }]];
  } catch {
    // It ended while we looked.
    return [];
  }
}

/** What the kernel holds it to. */
function memoryLimit(pid) {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n').map((line) => line.split(':'));
  const own = lines.find(([, controllers]) => controllers.split(',').includes('memory'));
  const file = own ? `/sys/fs/cgroup/memory${own[2]}/memory.limit_in_bytes` : `/sys/fs/cgroup${lines.at(-1)[2]}/memory.max`;
  return existsSync(file) ? `${Math.round(Number(readFileSync(file, 'utf8')) / 1024 ** 2)} MiB` : '?';
}

function table(head, rows) {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

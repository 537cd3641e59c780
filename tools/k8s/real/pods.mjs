import { readFileSync, readdirSync } from 'node:fs';

/** The rooms' pods as the node has them. @returns {Promise<string>} a table */
export async function pods(kubectl) {
  const { items } = await kubectl.get('pods', '-n', 'latchkey', '-l', 'room');
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(look).filter(Boolean);
  const rows = items.map(({ metadata, spec, status }) => {
    const container = status.containerStatuses[0];
    const process = processes.find(({ host }) => host === metadata.name);
    return [
      metadata.labels['app.kubernetes.io/component'],
      metadata.name,
      container.ready ? 'ready' : 'not ready',
      String(container.restartCount),
      process ? `${process.mib} MiB` : '?',
      process ? String(process.uid) : '?',
      spec.containers[0].resources.requests.memory,
      spec.containers[0].resources.limits.memory,
    ];
  });
  return table(['deployment', 'pod', 'state', 'restarts', 'resident', 'uid', 'request', 'limit'], rows.sort());
}

/** node in a container: HOSTNAME is the pod's name. */
function look(pid) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const host = environment.find((each) => each.startsWith('HOSTNAME='))?.slice('HOSTNAME='.length);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (!/^Name:\s*node/m.test(status) || !host) return undefined;
    return { host, mib: Math.round(Number(/^VmRSS:\s*(\d+)/m.exec(status)[1]) / 1024), uid: Number(/^Uid:\s*(\d+)/m.exec(status)[1]) };
  } catch {
    return undefined;
  }
}

function table(head, rows) {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const TICKS = process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 100;

/** Tells the harness that this server stands, and what it has used since. */
/** `serverPid`: where the server is a process of its own, and this one has only started it. */
export function answerHarness({ url, databasePid, serverPid = null, stop }) {
  process.on('message', async (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage();
      const [processUs, rssMb] = serverPid === null ? [user + system, process.memoryUsage.rss() / 1048576] : [treeUs(serverPid), residentMb(serverPid)];
      process.send({ type: 'cpu', processUs, databaseUs: treeUs(databasePid), rssMb });
    }
    if (message === 'stop') {
      await stop();
      process.exit(0);
    }
  });
  process.on('disconnect', () => process.exit(1));
  process.send({ type: 'ready', url });
}

function residentMb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** CPU of a process and of every process below it, in µs; children that ended count through their parent. */
function treeUs(pid) {
  if (pid === null || process.platform !== 'linux') return null;
  let ticks = 0;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [parent, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((index) => Number(fields[index]));
      if (Number(entry) === pid) ticks += utime + stime + cutime + cstime;
      else if (parent === pid) ticks += utime + stime;
    } catch {
      // The process ended while we looked.
    }
  }
  return (ticks / TICKS) * 1e6;
}

import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const TICKS = process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) : 100;

/** Tells the harness that this server stands, and what it has used since. */
export function answerHarness({ url, databasePid, stop }) {
  process.on('message', async (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send({ type: 'cpu', processUs: user + system, databaseUs: databaseUs(databasePid), rssMb: process.memoryUsage.rss() / 1048576 });
    }
    if (message === 'stop') {
      await stop();
      process.exit(0);
    }
  });
  process.on('disconnect', () => process.exit(1));
  process.send({ type: 'ready', url });
}

/** CPU of the postmaster and of every process below it, in µs; children that ended count through their parent. */
function databaseUs(pid) {
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

import { readFileSync } from 'node:fs';

/** Linux counts process time in hundredths of a second wherever Node runs. */
const TICKS = 100;

/** User and system time of a replica's process so far. */
export function cpuSeconds({ pid }) {
  // The second field is the name of the program, which may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** In MB (10⁶ bytes): what is resident, of it what is its own and what are files (Node itself), and the heap of JavaScript; and the seconds it has worked. */
export async function memory(replica) {
  const status = readFileSync(`/proc/${replica.pid}/status`, 'utf8');
  const kilobytes = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]) * 1024) / 1e6;
  const metrics = await (await fetch(`http://127.0.0.1:${replica.internalPort}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
  const bytes = (name) => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)`, 'm').exec(metrics)[1]) / 1e6;
  return {
    residentMb: kilobytes('VmRSS'),
    ownMb: kilobytes('RssAnon'),
    fileMb: kilobytes('RssFile'),
    heapUsedMb: bytes('nodejs_heap_size_used_bytes'),
    heapTotalMb: bytes('nodejs_heap_size_total_bytes'),
    cpuSeconds: cpuSeconds(replica),
  };
}

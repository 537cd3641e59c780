import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { Advice, commandOf, onPath, portIsFree } from '../services/processes.mjs';

/** Says who is in the way and what to do, before anything has been started. */
export async function demandFree(port, { what, remedy, hosts = ['127.0.0.1'] }) {
  const free = await Promise.all(hosts.map((host) => portIsFree(port, host)));
  if (free.every(Boolean)) return;
  const pid = holderOf(port);
  const who = pid === undefined ? 'another program' : `process ${pid} (${shorten(commandOf(pid))})`;
  throw new Advice(`Port ${port}, on which ${what} would listen, is taken by ${who}.\n${remedy}`);
}

const shorten = (command) => (command.length > 90 ? `${command.slice(0, 87)}...` : command);

function holderOf(port) {
  try {
    return process.platform === 'linux' ? holderByProc(port) : holderByLsof(port);
  } catch {
    return undefined;
  }
}

/** @see proc_net_tcp.txt of the kernel: local address is the second field, state 0A is listening, the tenth is the inode. */
function holderByProc(port) {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').split('\n').slice(1);
    } catch {
      return [];
    }
  });
  const inode = lines.map((line) => line.trim().split(/\s+/)).find((fields) => fields[1]?.endsWith(hex) && fields[3] === '0A')?.[9];
  if (inode === undefined) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (sockets.includes(`socket:[${inode}]`)) return Number(pid);
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return undefined;
}

function holderByLsof(port) {
  if (!onPath('lsof')) return undefined;
  const found = spawnSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8' });
  return found.status === 0 ? Number(found.stdout.trim().split('\n')[0]) : undefined;
}

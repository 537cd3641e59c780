import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A transaction that claimed rows of the outbox and has not ended: the relay is in mid-batch. */
const HOLDING = `SELECT client_port FROM pg_stat_activity
  WHERE state = 'idle in transaction' AND query LIKE '%FROM outbox%FOR UPDATE SKIP LOCKED%'`;

/** Which of these replicas carries a batch at this moment; it is found by the connection that holds the rows. */
export async function relayHolder({ truth, replicas }) {
  for (const { client_port: port } of await truth.rows(HOLDING)) {
    const inode = inodeOf(port);
    const holder = replicas.find((replica) => !replica.gone && inode !== undefined && hasSocket(replica.pid, inode));
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** @see proc(5), /proc/net/tcp: the local address is the second column, the inode the tenth. */
function inodeOf(port) {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(wanted) && fields[9] !== '0') return fields[9];
  }
  return undefined;
}

function hasSocket(pid, inode) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

import type { RedisConnection } from './redis-connection.ts';

/** This Redis keeps, copies or throws away what must be forgotten exactly once. */
export class HotStoreUnfit extends Error {
  constructor(
    where: string,
    readonly faults: readonly string[],
  ) {
    super(
      `Redis at ${where} is not fit to hold single-use values: ${faults.join('; ')}. ` +
        `Run it with --save '' --appendonly no --maxmemory-policy noeviction and without replicas. ` +
        'If you know what a restored ticket means, allow it with LATCHKEY_REDIS_ALLOW_PERSISTENCE=true.',
    );
    this.name = 'HotStoreUnfit';
  }
}

/**
 * A restart that reads a dump, and a replica that is promoted, bring back what was taken; an eviction forgets what must be
 * remembered for its time. Each master is asked.
 */
export async function assertForgetful(redis: RedisConnection, where: string, allowed: boolean): Promise<void> {
  if (allowed) {
    await redis.each((send) => send(['PING']));
    return;
  }
  const faults = (await redis.each(faultsOf)).flat();
  if (faults.length > 0) throw new HotStoreUnfit(where, [...new Set(faults)]);
}

async function faultsOf(send: (args: string[]) => Promise<unknown>): Promise<string[]> {
  const info = readInfo([await send(['INFO', 'persistence']), await send(['INFO', 'replication']), await send(['INFO', 'memory'])].join('\r\n'));
  const faults: string[] = [];
  if (info.get('aof_enabled') !== '0') faults.push('it appends to a file (appendonly yes)');
  const save = await saveRule(send);
  if (save === undefined) faults.push('it does not tell whether it saves to disk (CONFIG GET save is refused)');
  else if (save !== '') faults.push(`it saves to disk (save "${save}")`);
  if (info.get('role') !== 'master') faults.push('it is a replica');
  if (Number(info.get('connected_slaves') ?? 0) > 0) faults.push(`it has ${info.get('connected_slaves')} replica(s)`);
  const policy = info.get('maxmemory_policy');
  if (policy !== 'noeviction') faults.push(`it throws living keys away when it is full (maxmemory-policy ${policy})`);
  return faults;
}

async function saveRule(send: (args: string[]) => Promise<unknown>): Promise<string | undefined> {
  try {
    const answer = await send(['CONFIG', 'GET', 'save']);
    if (Array.isArray(answer)) return String(answer[1] ?? '');
    if (answer instanceof Map) return String(answer.get('save') ?? '');
    return String((answer as Record<string, unknown>)['save'] ?? '');
  } catch (error) {
    // An answer, though not the wished one. A connection that was lost meanwhile says nothing of what Redis keeps.
    if (error instanceof Error && /^(ERR|NOPERM) /.test(error.message)) return undefined;
    throw error;
  }
}

function readInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string?]);
  return new Map(lines.filter((line): line is [string, string] => line[1] !== undefined));
}

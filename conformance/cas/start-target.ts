import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Applications } from './applications.ts';
import type { Service } from './services.ts';
import { TargetFault, type Person, type Target } from './target.ts';
import { openFront, type Front } from './tls-front.ts';

/** What a start script is given. */
export interface StartOptions {
  readonly services: readonly Service[];
  readonly people: readonly Person[];
  /** PEM file of the authority that the server has to trust when it calls applications. */
  readonly authority: string;
  /** `host:port` of the applications, for servers that call only what they are told. */
  readonly hosts: readonly string[];
  /** Of this run alone; removed after it. */
  readonly folder: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** An https address on this machine that hands on to a port of plain http, for servers that leave TLS to a proxy. */
  readonly front: Front;
  readonly log: (line: string) => void;
}

/** What a start script answers with. */
export interface Started {
  readonly url: string;
  readonly version?: string;
  stop(): Promise<void>;
}

type StartScript = { start?: (options: StartOptions) => Promise<Started> };

export async function startTarget(
  target: Target,
  { applications, services, log }: { applications: Applications; services: readonly Service[]; log: (line: string) => void },
): Promise<{ url: string; version: string | null; stop(): Promise<void> }> {
  if (target.start === null) {
    if (target.url === null) throw new TargetFault('the target file gives no url');
    return { url: target.url, version: null, stop: async () => undefined };
  }
  const script = (await import(pathToFileURL(target.start.script).href)) as StartScript;
  if (script.start === undefined) throw new TargetFault(`${target.start.script} exports no start()`);
  const folder = mkdtempSync(join(tmpdir(), 'cas-conformance-'));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, applications.authority.certificate);
  const front = await openFront('localhost', await applications.authority.sign('localhost'));
  const leave = async (): Promise<void> => {
    await front.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const started = await script.start({ services, people: target.people, authority, hosts: applications.hosts, folder, options: target.start.options, front, log });
    return {
      url: started.url.replace(/\/+$/, ''),
      version: started.version ?? null,
      async stop() {
        await started.stop();
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

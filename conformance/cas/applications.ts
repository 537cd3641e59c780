import { Authority } from './authority.ts';
import { Listener } from './listener.ts';

/** Where the suite listens. Ports of 0 are free ones. */
export interface Addresses {
  readonly host: string;
  readonly port: number;
  /** Folder of an authority that stays the same between runs. */
  readonly authority: string | null;
}

/** The applications of a run: one that is as it should be, and the same with each fault that a callback can have. */
export interface Applications {
  readonly authority: Authority;
  readonly application: Listener;
  readonly untrusted: Listener;
  readonly expired: Listener;
  readonly misnamed: Listener;
  readonly clear: Listener;
  /** An address at which nobody listens. */
  readonly nobody: string;
  /** `host:port` of all of them. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

export async function startApplications({ host, port, authority: folder }: Addresses, now: number): Promise<Applications> {
  const authority = await (folder === null ? Authority.make(now) : Authority.kept(folder, now));
  const stranger = await Authority.make(now, 'Nobody trusts this');
  const at = (offset: number): number => (port === 0 ? 0 : port + offset);
  const open: Listener[] = [];
  const start = async (offset: number, tls: Parameters<typeof Listener.start>[0]['tls']): Promise<Listener> => {
    const listener = await Listener.start({ host, port: at(offset), tls });
    open.push(listener);
    return listener;
  };
  try {
    const application = await start(0, await authority.sign(host));
    const untrusted = await start(1, await stranger.sign(host));
    const expired = await start(2, await authority.expired(host));
    const misnamed = await start(3, await authority.sign('somebody-else.example'));
    const clear = await start(4, null);
    const gone = await Listener.start({ host, port: at(5), tls: await authority.sign(host) });
    await gone.close();
    return {
      authority,
      application,
      untrusted,
      expired,
      misnamed,
      clear,
      nobody: gone.origin,
      hosts: [...open, gone].map(({ origin }) => new URL(origin).host),
      close: async () => void (await Promise.all(open.map((listener) => listener.close()))),
    };
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close()));
    throw error;
  }
}

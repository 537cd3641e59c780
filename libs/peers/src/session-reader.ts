import { createHmac, timingSafeEqual } from 'node:crypto';
import { readSessionCopy, sessionCopyKey, sessionStorePeer, type SessionCopy } from '@latchkey/contracts';
import type { HotStore } from '@latchkey/store';
import type { Peers } from './peers.ts';

/** Who is it? One rule for every room: hot copy, else ask the owner, else nobody. */
export interface SessionReader {
  /** By the cookie value `sid-secret`. A wrong secret is nobody. */
  byCookie(cookie: string | undefined): Promise<SessionCopy | null>;
  /** By the public id, for tokens and tickets of that session. */
  bySid(sid: string): Promise<SessionCopy | null>;
}

export interface SessionReaderOptions {
  readonly tenant: string;
  readonly hot: HotStore;
  readonly peers: Peers;
  readonly cookieKey: Buffer;
  readonly now: () => number;
  readonly onTouchFailed?: (error: unknown) => void;
}

const COOKIE = /^([A-Za-z0-9]{16,64})-([A-Za-z0-9]{32,86})$/;
/** As releases before 0.2 write it. */
const DOTTED_COOKIE = /^([A-Za-z0-9_-]{16,64})\.([A-Za-z0-9_-]{32,86})$/;
const TOUCH_AFTER_S = 300;

export function sessionReader(options: SessionReaderOptions): SessionReader {
  const { tenant, hot, peers, cookieKey, now } = options;
  const owner = peers.to(sessionStorePeer);
  const touching = new Set<string>();

  async function bySid(sid: string): Promise<SessionCopy | null> {
    const copy = (await hotCopy(sid)) ?? (await owner.find({ tenant, sid })).session;
    if (copy === null || copy.sid !== sid || copy.tenant !== tenant || copy.expiresAtMs <= now()) return null;
    if (now() / 1000 - copy.seenAt > TOUCH_AFTER_S) touch(sid);
    return copy;
  }

  async function hotCopy(sid: string): Promise<SessionCopy | null> {
    try {
      return readSessionCopy(await hot.get(sessionCopyKey(tenant, sid)), now());
    } catch {
      return null;
    }
  }

  /** Not awaited, and once at a time a session: being seen must not delay what the person came for. */
  function touch(sid: string): void {
    if (touching.has(sid)) return;
    touching.add(sid);
    owner
      .touch({ tenant, sid })
      .catch((error: unknown) => options.onTouchFailed?.(error))
      .finally(() => touching.delete(sid));
  }

  return {
    bySid,
    async byCookie(cookie) {
      const [, sid, secret] = COOKIE.exec(cookie ?? '') ?? DOTTED_COOKIE.exec(cookie ?? '') ?? [];
      if (sid === undefined || secret === undefined) return null;
      const copy = await bySid(sid);
      if (copy === null) return null;
      const given = createHmac('sha256', cookieKey).update(secret).digest();
      const held = Buffer.from(copy.secretHash, 'base64url');
      return given.length === held.length && timingSafeEqual(given, held) ? copy : null;
    },
  };
}

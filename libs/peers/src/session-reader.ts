import type { SessionCopy } from '@latchkey/contracts';

/** Who is it? One rule for every room: hot copy, else ask the owner, else nobody. */
export interface SessionReader {
  /** By the cookie value `sid.secret`. A wrong secret is nobody. */
  byCookie(cookie: string | undefined): Promise<SessionCopy | null>;
  /** By the public id, for tokens and tickets of that session. */
  bySid(sid: string): Promise<SessionCopy | null>;
}

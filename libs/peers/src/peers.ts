import type { PeerApi, PeerClient, Room } from '@latchkey/contracts';

/** What a room holds to ask others. `to(casPeer).claims({…})`. */
export interface Peers {
  to<Api extends PeerApi>(api: Api): PeerClient<Api>;
}

/** The other room could not be asked, or did not answer in time: the outcome is unknown. */
export class PeerUnavailable extends Error {
  /** What it answered, where it answered that it could not. */
  readonly status: number | undefined;

  constructor(
    readonly room: Room,
    readonly path: string,
    options?: { cause?: unknown; status?: number },
  ) {
    super(`${room} did not answer ${path}`, options);
    this.status = options?.status;
    this.name = 'PeerUnavailable';
  }
}

/** The other room refused the question: a fault of ours (status 4xx). */
export class PeerRefused extends Error {
  constructor(
    readonly room: Room,
    readonly path: string,
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${room} refused ${path} with ${status}: ${detail}`);
    this.name = 'PeerRefused';
  }
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** So much of the answer is read, and the rest is left: for whom the status says it all. Else more than 1 MB is a failure. */
  readonly readAtMost?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Calls addresses that applications registered. https only, resolved once and pinned, special-use addresses refused unless
 * the operator listed the host and port; no redirects, 3 s to connect, 5 s in all, 1 MB at most.
 */
export interface Outbound {
  /** @throws OutboundRefused when the address is not allowed, OutboundFailed when nobody answered. */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

export class OutboundRefused extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'OutboundRefused';
  }
}

export class OutboundFailed extends Error {
  constructor(
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(reason, options);
    this.name = 'OutboundFailed';
  }
}

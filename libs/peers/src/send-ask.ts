import type { Dispatcher } from 'undici';
import type { AskAnswer } from './ask.ts';

/** It is certain that the other side has seen nothing of this ask. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

export interface Patience {
  /** How long may pass before a connection takes the ask. */
  readonly connectMs: number;
  /** How long may pass from then on until the whole answer is here. */
  readonly answerMs: number;
}

/**
 * One POST over a connection of this pool. `dispatch`, since it costs a third of what node:http does (bench/peers.mjs), and since it
 * tells when the first byte is about to leave: before that anything may be tried elsewhere, after it only what is idempotent.
 */
export function sendAsk(pool: Dispatcher, path: string, headers: Record<string, string>, body: string, patience: Patience, onLeaving: () => void): Promise<AskAnswer> {
  return new Promise((resolve, reject) => {
    pool.dispatch({ path, method: 'POST', headers, body }, new Sending(patience, onLeaving, resolve, reject));
  });
}

class Sending implements Dispatcher.DispatchHandler {
  private readonly chunks: Buffer[] = [];
  private status = 0;
  private givenUp = false;
  private controller: Dispatcher.DispatchController | undefined;
  private timer: NodeJS.Timeout;

  constructor(
    private readonly patience: Patience,
    private readonly onLeaving: () => void,
    private readonly resolve: (answer: AskAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(() => this.giveUp(), patience.connectMs);
  }

  /** What was given up while it waited for a connection never leaves, and the connection stays for others. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.givenUp) throw new NotSent('nobody waits any more');
    clearTimeout(this.timer);
    this.controller = controller;
    this.timer = setTimeout(() => this.giveUp(), this.patience.answerMs);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    if (headers['connection'] === 'close') this.onLeaving();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const [only] = this.chunks;
    this.resolve({ status: this.status, body: only !== undefined && this.chunks.length === 1 ? only.toString('utf8') : Buffer.concat(this.chunks).toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.timer);
    this.reject(this.controller === undefined ? new NotSent('no connection', { cause: error }) : error);
  }

  /** Once it is on the wire, its connection goes with it: an answer that nobody waits for must not meet the next ask. */
  private giveUp(): void {
    this.givenUp = true;
    if (this.controller === undefined) this.reject(new NotSent(`no connection within ${this.patience.connectMs} ms`));
    else this.controller.abort(new Error(`no answer within ${this.patience.answerMs} ms`));
  }
}

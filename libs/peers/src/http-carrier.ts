import { randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { Room } from '@latchkey/contracts';
import { NotHeard, type AskAnswer, type Attempt, type Carrier } from './ask.ts';

const DEADLINE_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Rooms apart: one replica of the room, picked at random, over a connection that is kept. */
export function httpCarrier(addressesOf: (room: Room) => readonly URL[]): Carrier & { close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const carrier = async (room: Room, path: string, headers: Record<string, string>, body: string, attempt: Attempt): Promise<AskAnswer> => {
    let cause: unknown;
    for (const address of inRandomOrder(addressesOf(room), attempt.tried)) {
      attempt.tried.add(address.origin);
      const sent = { heard: false };
      try {
        return await ask(new URL(path, address), headers, body, agent, sent);
      } catch (error) {
        if (sent.heard) throw error;
        cause = error;
      }
    }
    throw new NotHeard(`no replica of ${room} could be reached`, { cause });
  };
  return Object.assign(carrier, { close: () => agent.destroy() });
}

/** Those that were asked in vain come last: they may be all there is. */
function inRandomOrder(addresses: readonly URL[], tried: ReadonlySet<string>): URL[] {
  const from = randomInt(addresses.length);
  const turned = [...addresses.slice(from), ...addresses.slice(0, from)];
  return [...turned.filter(({ origin }) => !tried.has(origin)), ...turned.filter(({ origin }) => tried.has(origin))];
}

function ask(url: URL, headers: Record<string, string>, body: string, agent: Agent, sent: { heard: boolean }): Promise<AskAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body).toString() }, signal: AbortSignal.timeout(DEADLINE_MS) },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 502, body: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      },
    );
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => void (sent.heard = true));
      else sent.heard = true;
    });
    request.on('error', reject);
    request.end(body);
  });
}
